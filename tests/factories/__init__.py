"""Typed functions that make one thing each, so that a test names only what it is about."""
