"""What the office does with the school, its logo, its sites and rooms."""
