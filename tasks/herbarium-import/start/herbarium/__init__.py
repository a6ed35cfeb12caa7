"""The package herbarium."""
