"""A contest of choirs."""
