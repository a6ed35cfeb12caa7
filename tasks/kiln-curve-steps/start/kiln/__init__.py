"""A potter's kiln."""
