"""Stories about assessment."""
