"""Tests of associations and mandates."""
