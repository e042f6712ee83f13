"""What people do with quizzes and exercises, one module per kind of act."""
