"""The seed bank's books."""
