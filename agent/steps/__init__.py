"""The steps of a life, one a file, in the order of `life.py`."""
