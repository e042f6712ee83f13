"""Stories about shared."""
