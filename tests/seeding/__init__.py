"""Stories about seeding."""
