"""The package dues."""
