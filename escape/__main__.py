"""`python -m escape [--json | --markdown] [--here] [NAME…]`: every attempt, held or not.

Exit 3 where one escaped.
"""

import sys

from escape.table import as_json, everything, line, markdown


def main(words: list[str]) -> int:
    """Print the rows as they come."""
    names = [word for word in words if not word.startswith("--")]
    found = []
    for row in everything(names, here="--here" in words):
        found.append(row)
        if "--markdown" not in words:
            sys.stdout.write((as_json(row) if "--json" in words else line(row)) + "\n")
            sys.stdout.flush()
    if "--markdown" in words:
        sys.stdout.write(markdown(found) + "\n")
    if not {"--json", "--markdown"} & set(words):
        counts = {held: sum(row.held == held for row in found) for held in ("held", "ESCAPED", "not checked")}
        sys.stdout.write(", ".join(f"{count} {held}" for held, count in counts.items()) + "\n")
    return 3 if any(row.held == "ESCAPED" for row in found) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
