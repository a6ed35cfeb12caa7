"""Every attempt to get out is held, at bubblewrap, by root and by a user; and where walls are missing, it is not."""

import os
from pathlib import Path

import pytest

from controller.sandbox.bubblewrap import Bubblewrap
from controller.sandbox.none import Unisolated
from escape import calls
from escape.attempt import Attempt, judge
from escape.placed import placed
from escape.table import ATTEMPTS, everything, rows
from tests.controller.levels import NEEDS_BUBBLEWRAP, ROOT, VENV

KERNELS = {one.name for one in calls.ATTEMPTS}  # not every kernel has all of them
UNCHECKED = {
    "packages",
    "memory",
    "trace",
    "IPv6",
    "sysrq",
    "interfaces",
    "mount as a user",
    "user namespace",
    *KERNELS,
}


def test_attempts_are_many_with_own_names() -> None:
    names = [attempt.name for attempt in ATTEMPTS]
    assert len(names) == len(set(names)) > 60


@NEEDS_BUBBLEWRAP
@pytest.mark.parametrize("attempt", [one for one in ATTEMPTS if not one.slow], ids=lambda one: one.name)
def test_it_is_held(attempt: Attempt, tmp_path: Path) -> None:
    row = next(rows([attempt], tmp_path))
    assert row.held != "ESCAPED"
    assert row.held == "held" or attempt.name in UNCHECKED or row.why.startswith("only root"), row


@pytest.mark.quick(3)
@NEEDS_BUBBLEWRAP
@pytest.mark.parametrize("name", ["ssh key", "symlink", "loopback", "signal", "search", "force push"])
def test_without_walls_the_suite_says_escaped(name: str, tmp_path: Path) -> None:
    attempt = next(one for one in ATTEMPTS if one.name == name)
    with placed(tmp_path, Unisolated(VENV), Unisolated(VENV)) as (one, other):
        assert judge(attempt, one, other).held == "ESCAPED"


@NEEDS_BUBBLEWRAP
def test_impossible_attempt_is_not_checked(tmp_path: Path) -> None:
    never = Attempt("never", "nothing", lambda room: False)
    with placed(tmp_path, Bubblewrap(VENV), Unisolated(VENV)) as (walled, open_):
        assert judge(never, walled, open_).held == "not checked"


@NEEDS_BUBBLEWRAP
@pytest.mark.slow
@pytest.mark.skipif((ROOT / ".venv").is_symlink(), reason="the view for a user wants a .venv of this checkout's own")
def test_whole_table_has_no_hole() -> None:
    found = list(everything())
    assert not [row for row in found if row.held == "ESCAPED"]
    assert not [row for row in found if row.held == "not checked" and not row.why]
    assert {row.user for row in found} == ({"root", "user"} if os.geteuid() == 0 else {"user"})
    assert sum(row.held == "held" for row in found if row.user == "user") >= 45


def test_security_tells_of_every_attempt() -> None:
    text = (ROOT / "SECURITY.md").read_text()
    assert not [attempt.name for attempt in ATTEMPTS if f"| {attempt.name} |" not in text]
