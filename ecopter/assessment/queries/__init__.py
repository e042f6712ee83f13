"""Reading quizzes, exercises and grades."""
