"""The same tests of children and isolation, as an unprivileged user of this machine."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.sandbox.bubblewrap import open_folders
from tests.controller.levels import ROOT, SHUT

FILES = ("test_child", "test_isolation", "test_inbox", "test_probe")
NOBODY = ("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--inh-caps=-all")


def view(work: Path) -> Iterator[str]:
    """The host as it is, but checkout, venv and interpreter open to all: root may keep them in a closed folder."""
    yield from ("bwrap", "--dev-bind", "/", "/", "--perms", "1777", "--tmpfs", "/tmp")
    shown = {ROOT, Path(sys.prefix), Path(sys.base_prefix)}
    closed = {next((p for p in reversed(path.parents) if not p.stat().st_mode & 0o001), None) for path in shown}
    for folder in closed - {None}:
        yield from ("--perms", "0755", "--tmpfs", str(folder))
    for path in sorted(shown):
        if any(path.is_relative_to(folder) for folder in (*closed, Path("/tmp")) if folder):
            yield from (*open_folders(path.parent), "--ro-bind", str(path), str(path))
    yield from ("--bind", str(work), "/tmp/work", "--")


@pytest.mark.slow
@SHUT
@pytest.mark.skipif(os.geteuid() != 0, reason="these tests ran as a user already")
def test_all_of_it_holds_for_a_user_too(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    work.chmod(0o777)
    run = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-rs", "--basetemp=/tmp/work/base")
    tests = [f"tests/controller/{name}.py" for name in FILES]
    environment = {"PATH": os.environ["PATH"], "HOME": "/tmp/work", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [*view(work), *NOBODY, *run, *tests], capture_output=True, text=True, cwd=ROOT, env=environment
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-1000:]
    skipped = int(re.findall(r"(\d+) skipped", done.stdout.splitlines()[-1])[0])
    assert skipped <= 3  # what only root can do: a user of its own, and mostly control groups; everything else ran
