"""Migrant associations and the people who lead them."""
