"""`python -m escape [--json | --markdown] [--here] [NAME…]`: every attempt, held or not.

Exit 3 where one escaped.
"""

import sys
from collections import Counter
from typing import get_args

from escape.attempt import Held
from escape.table import as_json, everything, line, markdown


def main(words: list[str]) -> int:
    """Print the rows as they come; with --markdown one table at the end."""
    names = [word for word in words if not word.startswith("--")]
    found = []
    for row in everything(names, here="--here" in words):
        found.append(row)
        if "--json" in words:
            show(as_json(row))
        elif "--markdown" not in words:
            show(line(row))
    counts = Counter(row.held for row in found)
    if "--markdown" in words:
        show(markdown(found))
    elif "--json" not in words:
        show(", ".join(f"{counts[held]} {held}" for held in get_args(Held)))
    return 3 if counts["ESCAPED"] else 0


def show(text: str) -> None:
    """Print at once: whoever reads a pipe follows row by row."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
