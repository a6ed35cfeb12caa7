"""The one normaliser: what time and chance change in what a life says, replaced. Pure.

It belongs to what parent and child agree on: two lives that differ in nothing else did the same.
"""

import re

CHANGING = (  # what time or chance makes differ between two lives that do the same
    (r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b", "<id>"),
    (r"\bheirloom-[\w-]{32}|\b(?:[0-9a-f]{64}|[0-9a-f]{40}|(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{7,12})\b", "<id>"),
    (r"(?<=/tmp/)tmp\.?\w{6,12}\b|(?<=\b(?:pid|PID)[ =])\d+\b", "<id>"),
    (r"\b0x[0-9a-fA-F]{6,16}\b|\b(?:127\.0\.0\.1|localhost|\[::1\]):\d{2,5}\b", "<address>"),
    (r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?(?:Z|[+-]\d\d:?\d\d))?)?", "<date>"),
    (r"\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?(?:\d\d? )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) "
     r"[ \d]?\d(?:\d\d)? \d\d:\d\d(?::\d\d)?(?: [AP]M)?(?: [A-Z]{3,4})?(?: \d{4})?\b", "<date>"),
    (r"\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b|\b1[6-9]\d{8}(?:\.\d+|\d{3}|\d{9})?\b", "<date>"),  # since the epoch
    (r"\b\d+m\d+[.,]\d+s\b|\b\d+(?:\.\d+)? ?(?:[mnuµ]s|s|seconds?|minutes?)\b", "<duration>"),
    (r"(?<=seconds\":) ?[\d.]+|(?<=HEIRLOOM-HUNT ).*", "<duration>"),  # what the embedded hunt found in its time
)  # fmt: skip


def normal(text: str) -> str:
    """Text without what time or chance changes: durations, dates, addresses, ids."""
    for pattern, word in CHANGING:
        text = re.sub(pattern, word, text)
    return text
