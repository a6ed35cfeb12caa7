"""The command line in a test: a process of its own, forked from one that has imported all of the controller.

A fresh interpreter needs half a second for that, and the tests run a hundred commands.
"""

import multiprocessing
import os
import pkgutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import controller
from controller.cli import main
from tests.waiting import PATIENCE

MAIN = (sys.executable, "-I", "-X", "utf8", str(Path(controller.__path__[0]) / "__main__.py"))  # of a fresh one
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    [__name__, *(module.name for module in pkgutil.walk_packages(controller.__path__, "controller."))]
)


def run(
    words: Sequence[str], environment: Mapping[str, str] | None = None, folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `heirloom` with these words: how it ended, and what it printed. It has nothing to read.

    `environment`: the whole of it; None: ours. Raises AssertionError where it hangs.
    """
    if environment is None:
        environment = os.environ
    with tempfile.TemporaryDirectory() as place:
        output, errors = Path(place) / "output", Path(place) / "errors"
        given = (list(words), dict(environment), folder or Path.cwd(), output, errors)
        process = FORKS.Process(target=be_heirloom, args=given)
        process.start()
        process.join(PATIENCE)
        ended = process.exitcode
        if ended is None:
            process.kill()
        printed, said = output.read_text(encoding="utf-8"), errors.read_text(encoding="utf-8")
    assert ended is not None, f"heirloom {' '.join(words)} hangs: {printed}{said}"
    return subprocess.CompletedProcess(words, ended, printed, said)


def be_heirloom(words: list[str], environment: dict[str, str], folder: Path, output: Path, errors: Path) -> None:
    """Become the command line, as `python -X utf8 controller/__main__.py` is."""
    for number, path in enumerate((Path(os.devnull), output, errors)):
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(file, number)
        os.close(file)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["heirloom", *words]
    sys.exit(main())
