"""The package survey."""
