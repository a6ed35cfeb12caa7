"""Messages of mountain stations."""
