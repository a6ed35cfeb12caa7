"""The package rangers."""
