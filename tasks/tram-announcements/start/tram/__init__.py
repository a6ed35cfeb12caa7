"""The package tram."""
