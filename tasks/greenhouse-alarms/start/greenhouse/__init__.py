"""The package greenhouse."""
