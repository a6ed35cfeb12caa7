"""`python -m hunt DRAW SECONDS WALL`, from the root of a clone: prints one line, the mark and then JSON."""

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from .allowance import Allowance
from .hunter import Hunter
from .suite import INI, QUICK, Collected, options

MARK = "HEIRLOOM-HUNT "


def hunt(draw: str, allowance: Allowance, work: Path) -> dict[str, Any]:
    """The answer of one hunt in the working directory."""
    root = Path.cwd()
    if not (root / "agent").is_dir() or not (root / "tests" / "agent").is_dir():
        return {"problem": "there is no agent/ with tests/agent/ here"}
    ini = work / "pytest.ini"
    ini.write_text(INI)
    collected = Collected(lambda suite: hunter.run(suite), work / "forks")
    hunter = Hunter(root, work, draw, allowance)
    pytest.main([*options(ini, root), *QUICK, f"--basetemp={work / 'tests'}", "tests/agent"], plugins=[collected])
    return collected.answer


def main() -> int:
    """Hunt; what the tests print goes to a file, so that the answer stands alone."""
    draw, allowance = sys.argv[1], Allowance(float(sys.argv[2]), float(sys.argv[3]))
    os.environ.pop("PYTHONPATH", None)  # it was needed to find us, and is nothing to the tests
    os.environ.update(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", PYTEST_PLUGINS="", PYTEST_ADDOPTS="")  # as the gate does
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(Path.cwd()))
    with tempfile.TemporaryDirectory(prefix="hunt-", ignore_cleanup_errors=True) as folder:
        work, out = Path(folder), os.dup(1)
        os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(work / "hypothesis")
        log = os.open(work / "log.txt", os.O_WRONLY | os.O_CREAT)
        os.dup2(log, 1)
        os.dup2(log, 2)
        try:
            answer = hunt(draw, allowance, work)
        except Exception as error:  # noqa: BLE001 - the one who asked can only be told
            answer = {"problem": f"the hunt broke: {type(error).__name__}: {error}"[:600]}
    os.write(out, (MARK + json.dumps(answer, separators=(",", ":"), ensure_ascii=False) + "\n").encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
