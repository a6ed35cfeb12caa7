"""`python -m hunter.planted.held_out list|ask REQUEST`: a tree's mutants, which of some its own tests notice; one line.

`list` imports nothing of the tree: {"mutants": {spot: [digest of the function, how many mutants it has]}}, packed. The
digest is of the function as it stands and of its changes, so that one that stands unchanged in another tree has the
same mutants by the same numbers. Who asks draws among them; what it draws by is never here, where the tree's tests run.
`ask` answers {"by": for each one that was asked, in order, the test that notices it, "" where none does, or null where
it tells nothing}. REQUEST: a JSON file, see `List` and `Ask`.
"""

import ast
import base64
import hashlib
import json
import os
import sys
import tempfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..change import Mutation
from .places import VALUE, Place, places
from .warm import VOID, Job, Warm

PATIENCE = 5.0  # one of 300 decides little, and some wait for ever


@dataclass(frozen=True)
class List:
    """Which tree."""

    tree: str


@dataclass(frozen=True)
class Ask:
    """`asked`: of each mutant the spot of its function, its number there, the tests to run and their seconds.

    `settings`: pytest's configuration.
    """

    tree: str
    settings: str
    asked: Sequence[tuple[str, int, Sequence[str], float]]


def mutants(place: Place) -> list[tuple[tuple[str, ...], Mutation]]:
    """The mutants of a function that are Python, in a fixed order, each with its mark."""
    found = [(mark, one) for mark, one in sorted(place.faults.items()) if mark[0] != VALUE]
    return [(mark, one) for mark, one in found if is_python(place, one)]


def is_python(place: Place, one: Mutation) -> bool:
    """Whether the function can be parsed with the change; its file is not parsed again for each."""
    raw = place.source.encode()
    lines = raw.splitlines(keepends=True)
    begin = sum(map(len, lines[: place.line - 1]))
    end = sum(map(len, lines[: place.node.end_lineno]))
    changed = raw[begin : one.start] + one.text.encode() + raw[one.end : end]
    if place.node.col_offset:
        changed = b"if 1:\n" + changed
    try:
        ast.parse(changed)
    except (SyntaxError, ValueError):
        return False
    return True


def digest(place: Place) -> tuple[str, int]:
    """What names a function and all its mutants, wherever the same function stands; and how many they are."""
    text = ast.get_source_segment(place.source, place.node)
    marks = [mark for mark, _ in mutants(place)]
    known = json.dumps([place.path, place.name, place.number, text, marks])
    return hashlib.sha256(known.encode("utf-8", "surrogatepass")).hexdigest()[:24], len(marks)


def listed(request: List) -> dict[str, Any]:
    """The answer to `list`."""
    found = {spot: digest(place) for spot, place in places(Path(os.path.realpath(request.tree))).items()}
    return {"mutants": base64.b64encode(zlib.compress(json.dumps(found).encode())).decode()}


def asked(request: Ask, scratch: Path) -> dict[str, Any]:
    """The answer to `ask`."""
    tree = Path(os.path.realpath(request.tree))
    found = places(tree)
    known = {spot: [one for _, one in mutants(found[spot])] for spot, *_ in request.asked}
    jobs = []
    for spot, number, tests, seconds in request.asked:
        place = found[spot]
        faulty = known[spot][number].apply(place.source)
        calm = place.unchanged()
        job = Job(place.path, place.module, place.name, place.line, faulty, calm, tests, seconds, patience=PATIENCE)
        jobs.append(job)
    warm = Warm(tree, Path(request.settings), scratch)
    try:
        return {"by": [None if answer == VOID else answer for answer in warm.ask(jobs)]}
    except EOFError:
        return {"problem": "the process of the tests ended before they were run"}
    finally:
        warm.close()


def main() -> int:
    """Read, work, print."""
    told = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    os.environ.update(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", PYTEST_PLUGINS="", PYTEST_ADDOPTS="")
    sys.dont_write_bytecode = True
    if sys.argv[1] == "list":
        found = listed(List(**told))
    else:
        with tempfile.TemporaryDirectory(prefix="held-out-", ignore_cleanup_errors=True) as folder:
            found = asked(Ask(**told), Path(folder))
    print(json.dumps(found))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
