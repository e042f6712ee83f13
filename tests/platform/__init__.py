"""Stories about platform."""
