"""The package box."""
