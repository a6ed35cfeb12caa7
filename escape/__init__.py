"""The escape table: every attempt of a life to reach what is not its own."""
