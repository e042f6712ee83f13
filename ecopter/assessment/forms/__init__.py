"""The forms of quizzes, exercises and grading."""
