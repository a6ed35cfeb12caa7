"""The package apiary."""
