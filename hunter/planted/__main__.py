"""`python -m hunter.planted REQUEST`: which planted faults the tests of a parent and of its child notice; one line.

REQUEST: a JSON file, see `Request`. Prints {"problem": text} and, of these, what was found: "lost", what the parent's
tests noticed and the child's do not (the first proof); "deaf", what a test that stands as before does not notice any
more; "silent", the tests that went and had noticed none; "new", faults in what is new, with the test that notices
each; "blind", faults anywhere, where nothing was noticed.
"""

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from .afresh import Afresh
from .asked import Request
from .lost import Lost
from .warm import Warm

TREES = ("parent", "child")


def answer(request: Request, work: Path) -> dict[str, Any]:
    """Plant in both trees, least first."""
    warm = {name: Warm(request.tree(name), request.ini, work / name) for name in TREES}
    afresh = {name: Afresh(request.tree(name), request.program, work / f"{name} again") for name in TREES}
    try:
        looking = Lost(request, warm["parent"], warm["child"], afresh)
        lost, silent = looking.lost()
        if lost:
            return {"lost": lost, "problem": ""}
        if deaf := looking.deaf():
            return {"deaf": deaf, "problem": ""}
        new = looking.new()
        return {"silent": silent, "new": new, "blind": looking.blind(), "problem": looking.unplanted()}
    except EOFError:
        return {"problem": "the process of the tests ended before they were run"}
    finally:
        for one in warm.values():
            one.close()


def main() -> int:
    """Read, plant, print."""
    request = Request(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    os.environ.update(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", PYTEST_PLUGINS="", PYTEST_ADDOPTS="")
    sys.dont_write_bytecode = True
    with tempfile.TemporaryDirectory(prefix="planted-", ignore_cleanup_errors=True) as folder:
        found = answer(request, Path(folder))
    print(json.dumps(found))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
