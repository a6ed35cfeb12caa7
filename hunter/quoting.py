"""A change of code in a few words, as a comment may quote it."""

import re

QUOTED = 36  # characters of each side, so that the comment fits on one line
BESIDE = 12  # of them, those before the first difference


def becomes(old: str, new: str) -> str:
    """What a line was and what it is now; of long ones, the part that differs."""
    old, new = " ".join(old.split()), " ".join(new.split())
    same = shared(old, new)
    start = max(0, same - BESIDE) if max(len(old), len(new)) > QUOTED else 0
    if start and (torn := re.match(r"\S* (?=.{6})|\w*", old[start:same])):
        start += torn.end()  # begin with a whole word
    return f"{cut(old, start)} becomes {cut(new, start)}"


def deleted(code: str) -> str:
    """What is gone."""
    return f"{cut(' '.join(code.split()), 0)} is deleted"


def shared(old: str, new: str) -> int:
    """How many characters both begin with."""
    return next(
        (at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new))
    )


def cut(code: str, start: int) -> str:
    """The code from there on, as much as may be quoted."""
    part = code[start:]
    short = part if len(part) <= QUOTED else part[: QUOTED - 1] + "…"
    return f"`{'…' if start else ''}{short}`"
