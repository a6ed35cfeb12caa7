"""Where a TOML text sets a key: for errors that name the line. Pure."""

import re
from collections import Counter
from collections.abc import Sequence

Key = tuple[str | int, ...]
HEADER = re.compile(r"\s*(\[\[?)\s*(.+?)\s*\]")
SETS = re.compile(r"\s*((?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[\w-]+|\"[^\"]*\"|'[^']*'))*)\s*=")
PART = re.compile(r"[\w-]+|\"[^\"]*\"|'[^']*'")


def line_of(text: str, key: Sequence[str | int]) -> int:
    """The line that sets a key, else the nearest one around it; 0 where there is none.

    `key`: its path, tables by name, the members of an array by number.
    """
    wanted, best, found = tuple(key), 0, 0
    table: Key = ()
    members: Counter[Key] = Counter()
    for number, line in enumerate(text.splitlines(), 1):
        if header := HEADER.match(line):
            table = parts(header[2])
            if header[1] == "[[":
                members[table] += 1
                table = (*table, members[table] - 1)
            here = table
        elif sets := SETS.match(line):
            here = table + parts(sets[1])
        else:
            continue
        if len(here) > best and wanted[: len(here)] == here:
            best, found = len(here), number
    return found


def parts(text: str) -> Key:
    """The names of a dotted key."""
    return tuple(part.strip("\"'") for part in PART.findall(text))
