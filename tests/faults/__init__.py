"""The proof that nothing is lost: kills, troubles of the world, damaged files."""
