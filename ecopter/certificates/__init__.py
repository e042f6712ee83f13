"""Credentials: who has earned which paper, its words, its print and its verification."""
