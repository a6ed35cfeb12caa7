"""The escape suite: what a child might try to get out, tried for real, each with a positive control."""
