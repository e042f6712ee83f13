"""How quizzes are marked, exercises judged, and hand-ins accepted."""
