"""The package kiln."""
