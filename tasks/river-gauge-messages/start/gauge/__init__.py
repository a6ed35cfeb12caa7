"""The package gauge."""
