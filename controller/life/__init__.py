"""A life's folder and the child in it."""
