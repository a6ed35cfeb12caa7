"""Raises alarms by what sensors tell."""

LIMITS = {"frost": (None, 2.0), "heat": (38.0, None)}


def judge(board, degrees, minute):
    """Raise an alarm for ten minutes where a limit is passed."""
    for name, (above, below) in LIMITS.items():
        if (above is not None and degrees > above) or (below is not None and degrees < below):
            board.raise_alarm(name, minute + 10)
