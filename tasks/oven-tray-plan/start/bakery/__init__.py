"""Plans a morning's oven loads."""
