"""The words in which quizzes and exercises are shown."""
