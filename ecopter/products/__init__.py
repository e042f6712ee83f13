"""Terroir products under official sign, and the modules that teach them."""
