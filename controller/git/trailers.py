"""A generation's commit message: one line, then its trailers. Pure."""

import re
from collections.abc import Iterator, Mapping

from controller.contract import LINE_CHARS, TRAILER_PREFIX, TRAILERS, one_line

NODE, CHAMPION = "Node", "Champion"  # of a commit of the log: what it tells of, whose tree it has
MERGED = "Merged"  # of a merge: its second parent


def logged(message: str, node: str, champion: str) -> str:
    """The message of a commit of the log: that of the node's own commit, and which one that is."""
    return f"{message}{TRAILER_PREFIX}{NODE}: {node}\n{TRAILER_PREFIX}{CHAMPION}: {champion}\n"


def message(generation: int, outcome: str, says: str, facts: Mapping[str, str]) -> str:
    """A generation's commit message: one line, then every trailer, in order. A value is never more than one line."""
    missing = set(TRAILERS) ^ set(facts)
    if missing:
        raise KeyError(f"a generation's trailers must be exactly the contract's; differing: {sorted(missing)}")
    subject = one_line(f"Generation {generation} {outcome}: {says}", LINE_CHARS)
    trailers = [f"{TRAILER_PREFIX}{name}: {one_line(facts[name]) or '-'}" for name in TRAILERS]
    return "\n".join([subject, "", *trailers, ""])


class Trailers(Mapping[str, str]):
    """The trailers of a commit, without their prefix; each is looked for when it is asked for.

    A long lineage has a quarter of a million of them, of which a command wants a few.
    """

    PATTERN = re.compile(rf"^{TRAILER_PREFIX}([A-Za-z-]+): (.*)$", re.MULTILINE)

    def __init__(self, text: str) -> None:
        self._text = f"\n{text}\n"

    def __getitem__(self, name: str) -> str:
        head = f"\n{TRAILER_PREFIX}{name}: "
        start = self._text.rfind(head)
        if start < 0:
            raise KeyError(name)
        start += len(head)
        return self._text[start : self._text.index("\n", start)]

    def __iter__(self) -> Iterator[str]:
        return iter(dict(self.PATTERN.findall(self._text)))

    def __len__(self) -> int:
        return len(dict(self.PATTERN.findall(self._text)))
