"""The display at a bus stop."""
