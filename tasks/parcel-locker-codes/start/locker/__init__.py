"""The package locker."""
