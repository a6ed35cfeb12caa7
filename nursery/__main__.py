"""`python -m nursery [--json | --markdown] [--only NAME]…`: the nursery. Exit 3 where a row is wrong."""

import argparse
import sys

from controller.errors import IsolationError
from controller.run.compose import VENV
from controller.sandbox.levels import choose
from nursery.table import as_json, last_line, line, markdown, rows


def main(words: list[str]) -> int:
    """Print the rows as they come; one object, or one table, at the end."""
    parser = argparse.ArgumentParser(prog="heirloom nursery")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--only", action="append", default=[])
    asked = parser.parse_args(words)
    progress = sys.stdout
    summary = last_line
    if asked.json or asked.markdown:
        progress = sys.stderr  # progress is never part of what is printed for programs
        summary = as_json if asked.json else markdown
    try:
        isolation, _ = choose("auto", VENV, embedded=False)
    except IsolationError as error:
        sys.stderr.write(f"heirloom: {error}\n")
        return 2
    found = []
    for row in rows(isolation, asked.only):
        found.append(row)
        progress.write(line(row) + "\n")
        progress.flush()
    if not found:
        sys.stderr.write(f"heirloom: no genome of the nursery is called {', '.join(asked.only)}\n")
        return 2
    sys.stdout.write(summary(found) + "\n")
    return 0 if all(row.right for row in found) else 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
