"""The package beach."""
