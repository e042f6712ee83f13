"""Stories about architecture."""
