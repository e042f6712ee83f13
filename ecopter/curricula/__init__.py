"""What is taught: curricula, modules, lessons, competences, and the words of the trade."""
