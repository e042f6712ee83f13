"""Stories about cohorts."""
