"""The package station."""
