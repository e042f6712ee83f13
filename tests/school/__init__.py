"""The school, its logo, sites and rooms."""
