"""The package parts."""
