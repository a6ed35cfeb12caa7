"""The package notebook."""
