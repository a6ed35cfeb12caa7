"""What the probe of an isolation finds, and what it advises."""

import pytest

from controller.errors import IsolationError
from controller.sandbox.none import Unisolated
from controller.sandbox.probe import advice, prove
from tests.controller.levels import VENV


def test_closed_interpreter_is_named() -> None:
    assert "readable" in advice("bwrap: Can't find source path /root/python/bin: Permission denied")


def test_each_missing_wall_is_named() -> None:
    with pytest.raises(IsolationError) as caught:
        prove(Unisolated(VENV))
    for wall in (
        "write outside its folder",
        "listeners of the host",
        "processes of the host",
        "not filtered",
        "end others first",
    ):
        assert wall in str(caught.value)
    assert "closed to it" not in str(caught.value)  # the controls hold: it is the walls that are missing
    assert "cannot be reached" not in str(caught.value)
