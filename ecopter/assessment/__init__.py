"""What is judged: quizzes marked at once, exercises graded with a rubric."""
