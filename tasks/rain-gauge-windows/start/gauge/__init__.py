"""A rain gauge."""
