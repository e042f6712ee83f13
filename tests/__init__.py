"""Stories of the school, told to a machine."""
