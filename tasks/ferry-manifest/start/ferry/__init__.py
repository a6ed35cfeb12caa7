"""The package ferry."""
