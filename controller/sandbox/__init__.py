"""One process tree in its isolation: how it is started, held to its limits, and ended."""
