"""The genome: one life, from reading its memory to handing on what it became. Start with `life.py`."""
