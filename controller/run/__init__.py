"""A run: lives until its last generation, its pauses, its control socket, its events."""
