"""Who was there, half-day by half-day, to the minute."""
