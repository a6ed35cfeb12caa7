"""The harbour's watch log."""
