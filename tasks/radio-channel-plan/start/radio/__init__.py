"""Frequencies of a rescue service."""
