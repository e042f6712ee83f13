"""Stories about gradebook."""
