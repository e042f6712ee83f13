"""The questions of the lessons' quizzes."""
