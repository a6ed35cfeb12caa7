"""The package market."""
