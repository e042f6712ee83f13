"""Half-days."""
