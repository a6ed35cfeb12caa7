"""Measurements, as ratios or medians of one run; `./heirloom bench NAME [--json]`."""
