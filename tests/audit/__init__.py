"""Stories about audit."""
