"""Loads the shipped content and the demo school into the database."""
