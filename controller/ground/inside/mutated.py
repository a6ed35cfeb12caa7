"""Runs in the room: mutants of some Python files, made by the operators of the hunter, which lies beside this file.

usage: mutated.py REQUEST   REQUEST: a JSON file {"files": {path: text}, "seed", "most"}.
Prints one line of JSON: {"mutants": [[path, what, first byte, last byte, text in their place]...], "all": how many}.
"""

import ast
import json
import random
import sys
from pathlib import Path

HERE = Path(__file__).parent
SKIPPED = ("string",)  # a text emptied: good tests often do not read the words of a message
WORDS = 120


def every(files: dict[str, str]) -> list[tuple[str, str, int, int, str]]:
    """All mutants of all functions: path, what was changed, and the change by bytes of the file."""
    from hunter.operators import mutations
    from hunter.planted.places import functions

    found = []
    for path, text in sorted(files.items()):
        for name, node in functions(ast.parse(text), ""):
            for one in mutations(text, node):
                if one.kind not in SKIPPED:
                    what = f"{path}, {name}: {one.what}"[:WORDS]
                    found.append((path, what, one.start, one.end, one.text))
    return found


def main() -> None:
    """Read, draw, print."""
    sys.path.insert(0, str(HERE))
    request = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    found = every(request["files"])
    drawn = random.Random(request["seed"]).sample(found, min(request["most"], len(found)))
    print(json.dumps({"mutants": drawn, "all": len(found)}))  # noqa: T201


if __name__ == "__main__":
    main()
