"""Telling people what has changed."""
