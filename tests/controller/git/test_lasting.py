"""What a loss of power must not take: objects and refs are on the disk before the ledger names them."""

import json
from pathlib import Path

import pytest

from controller.git.lineage import QUIET
from controller.git.repository import OWN_ENVIRONMENT, OWN_RULES, Repository, options
from tests.controller.conftest import git
from tests.controller.lives import END, GOAL, bash, live


def flushed(folder: Path) -> dict[str, int]:
    """How often each git command had the disk flushed, as git itself traced it."""
    asked: dict[str, str] = {}
    found: dict[str, int] = {}
    for file in folder.iterdir():
        for line in file.read_text().splitlines():
            event = json.loads(line)
            if event["event"] == "start":
                words = [word for word in event["argv"][1:] if not word.startswith("-") and "=" not in word]
                asked[event["sid"]] = words[0]
                found.setdefault(words[0], 0)
            if event["event"] == "data" and event.get("key") == "fsync/hardware-flush":
                found[asked[event["sid"]]] += int(event["value"])
    return found


@pytest.fixture
def traced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where every git that is started from now on writes what it did."""
    folder = tmp_path / "traces"
    folder.mkdir()
    monkeypatch.setenv("GIT_TRACE2_EVENT", str(folder))
    return folder


def test_objects_and_refs_are_flushed(operator: Path, traced: Path) -> None:
    assert live(operator, [GOAL, bash("echo own=1 > agent/own.py"), END]).outcomes == ["evolved"]
    found = flushed(traced)
    assert [
        word for word in ("commit-tree", "write-tree", "hash-object", "update-ref", "fetch") if not found[word]
    ] == []


@pytest.mark.parametrize(("rules", "times"), [(options(*OWN_RULES), 1), (QUIET, 1), (options("core.fsync=none"), 0)])
def test_our_rules_flush_a_ref(operator: Path, traced: Path, rules: tuple[str, ...], times: int) -> None:
    Repository(operator).run(
        *rules, "update-ref", "refs/x", git(operator, "rev-parse", "HEAD"), environment=OWN_ENVIRONMENT
    )
    assert (flushed(traced)["update-ref"] > 0) == (times > 0)
