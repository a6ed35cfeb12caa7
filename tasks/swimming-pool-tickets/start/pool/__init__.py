"""The package pool."""
