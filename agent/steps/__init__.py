"""The steps of a life, one file each."""
