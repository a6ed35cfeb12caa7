"""The package orchard."""
