"""The package observatory."""
