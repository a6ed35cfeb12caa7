"""A canteen's recipes."""
