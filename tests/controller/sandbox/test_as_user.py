"""The same tests of children and isolation, as an unprivileged user of this machine."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from escape.host import NOBODY, view_for_all
from tests.controller.levels import NEEDS_BUBBLEWRAP, ROOT

FILES = (
    "sandbox/test_child",
    "sandbox/test_isolation",
    "sandbox/test_levels",
    "sandbox/test_probe",
    "sandbox/test_held",
    "sandbox/test_seccomp",
    "generation/test_inbox",
)


@pytest.mark.slow
@NEEDS_BUBBLEWRAP
@pytest.mark.skipif(os.geteuid() != 0, reason="these tests ran as a user already")
def test_everything_holds_for_a_user(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    work.chmod(0o777)
    run = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-rs", "--basetemp=/tmp/work/base")
    tests = [f"tests/controller/{name}.py" for name in FILES]
    environment = {"PATH": os.environ["PATH"], "HOME": "/tmp/work", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [*view_for_all(work), *NOBODY, *run, *tests], capture_output=True, text=True, cwd=ROOT, env=environment
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-1000:]
    skipped = int(re.findall(r"(\d+) skipped", done.stdout.splitlines()[-1])[0])
    assert skipped <= 5  # a user of its own, killing the launcher, mostly control groups; everything else ran
