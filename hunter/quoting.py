"""A change of code in a few words, as a comment may quote it."""

import re

QUOTED = 36  # characters of each side, so that the comment fits on one line
BESIDE = 12  # of them, those before the first difference


def becomes(old: str, new: str) -> str:
    """What a line was and what it is now; of long ones, the part that differs."""
    old, new = " ".join(old.split()), " ".join(new.split())
    start = 0
    if max(len(old), len(new)) > QUOTED:
        same = shared(old, new)
        start = max(0, same - BESIDE)
        torn = re.match(r"\S* (?=.{6})|\w*", old[start:same])
        if start and torn:
            start += torn.end()  # begin with a whole word
    return f"{cut(old, start)} becomes {cut(new, start)}"


def deleted(code: str) -> str:
    """What is gone."""
    return f"{cut(' '.join(code.split()), 0)} is deleted"


def shared(old: str, new: str) -> int:
    """How many characters both begin with."""
    count = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        count += 1
    return count


def cut(code: str, start: int) -> str:
    """The code from there on, as much as may be quoted."""
    part = code[start:]
    if len(part) > QUOTED:
        part = part[: QUOTED - 1] + "…"
    if start:
        part = "…" + part
    return f"`{part}`"
