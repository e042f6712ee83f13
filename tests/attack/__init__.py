"""The school under attack: harnesses that read the map of addresses, so new ones are covered."""
