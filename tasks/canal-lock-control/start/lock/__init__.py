"""The package lock."""
