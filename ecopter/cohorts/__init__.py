"""Cohorts, their sites, and who has a place in them between which dates."""
