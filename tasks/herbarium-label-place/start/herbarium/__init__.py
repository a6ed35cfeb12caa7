"""A herbarium."""
