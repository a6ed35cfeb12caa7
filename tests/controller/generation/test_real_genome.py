"""The genome of this repository, alive: its own code and the real SDK, through the real gateway."""

import shutil
from pathlib import Path

import pytest

from controller.errors import StoppedEarly
from controller.settings.gate_policy import DEFAULTS
from nursery.ground import LEFT_OUT
from tests.controller.conftest import ROOT, git
from tests.controller.lives import bash, context, history, leftovers, live

GOAL = {
    "shape": {
        "title": "Greet the next life",
        "why": "It is lonely.",
        "done_when": ["grep -q Hello agent/hello.py"],
        "expected": "A greeting.",
        "steps": ["agent/hello.py: new", "its test"],
    }
}
MODULE = '"""A greeting."""\n\n\ndef greet(name: str) -> str:\n    """Greet by name."""\n    return f"Hello, {name}"\n'
TEST = 'from agent.hello import greet\n\n\ndef test_a_greeting_names_whom_it_greets() -> None:\n    assert greet("Ada") == "Hello, Ada"\n'  # noqa: E501


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """This repository's files as an operator's checkout with one commit."""
    folder = tmp_path / "operator"
    shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
    git(tmp_path, "init", "--quiet", "--initial-branch=main", str(folder))
    git(folder, "add", "-A")
    git(folder, "commit", "--quiet", "-m", "Everything")
    return folder


def editor(path: str, text: str) -> dict[str, object]:
    """A reply that has the child write a file."""
    words = {"command": "create", "path": path, "file_text": text}
    return {"calls": [{"name": "str_replace_based_edit_tool", "input": words}]}


def done(**words: str) -> dict[str, object]:
    """A reply that ends the life."""
    return {"calls": [{"name": "done", "input": words}]}


def test_only_looking_is_history(repository: Path) -> None:
    looked = done(outcome="history", summary="Nothing to do today.", lesson="Look twice.")
    told = live(repository, [GOAL, bash("ls"), looked])
    assert told.outcomes == ["history"]
    entry = context(repository, 1)["history"][-1]
    assert (entry["goal"], entry["claim"]["lesson"]) == ("Greet the next life", "Look twice.")
    assert leftovers(repository) == []


@pytest.mark.slow
def test_an_overloaded_provider_aborts_the_try(repository: Path) -> None:
    fault = {"error": {"status": 529, "type": "overloaded_error", "message": "Overloaded"}}
    with pytest.raises(StoppedEarly, match=r"waiting\(provider\): the provider answers 529 overloaded_error"):
        live(repository, [GOAL, fault], exit_on_pause=True)
    assert history(repository) == []


@pytest.mark.slow
def test_code_and_its_test_evolve(repository: Path) -> None:
    told = live(
        repository,
        [
            GOAL,
            editor("agent/hello.py", MODULE),
            editor("tests/agent/test_hello.py", TEST),
            {"calls": [{"name": "check", "input": {}}]},
            done(outcome="code", summary="The genome can greet.", expected="A greeting."),
        ],
        gates=DEFAULTS,
    )
    assert told.outcomes == ["evolved"], context(repository, 1)["history"][-1]
    assert "def greet" in git(repository, "show", "lineage/main:agent/hello.py")
    assert context(repository, 1)["goal"]["status"] == "met"
    assert told.generations[0].trailers["Gate-Asks"] == "1"
    assert told.generations[0].trailers["Gates"].endswith("reproduction=pass")


@pytest.mark.slow
def test_refused_work_is_repaired_in_time(repository: Path) -> None:
    idle = TEST.replace('greet("Ada") == "Hello, Ada"', "callable(greet)")
    told = live(
        repository,
        [
            GOAL,
            editor("agent/hello.py", MODULE),
            editor("tests/agent/test_hello.py", idle),
            done(outcome="code", summary="The genome can greet."),
            {**editor("tests/agent/test_hello.py", TEST), "expect": "refused by tests: what is new is hardly tested"},
            done(outcome="code", summary="The genome can greet, and shows it."),
        ],
        gates=DEFAULTS,
    )
    assert told.outcomes == ["evolved"], context(repository, 1)["history"][-1]
    assert context(repository, 1)["history"][-1]["claim"]["summary"] == "The genome can greet, and shows it."
    assert told.generations[0].trailers["Gate-Asks"] == "2"


@pytest.mark.slow
def test_a_failing_check_leaves_goals_open(repository: Path) -> None:
    never = {"shape": {**GOAL["shape"], "done_when": ["test -e agent/elsewhere.py"]}}
    write = [editor("agent/hello.py", MODULE), editor("tests/agent/test_hello.py", TEST)]
    told = live(repository, [never, *write, done(outcome="code", summary="Half.")])
    assert told.outcomes == ["evolved"]
    assert context(repository, 1)["goal"] | {"why": ""} == {
        "title": "Greet the next life",
        "why": "",
        "done_when": ["test -e agent/elsewhere.py"],
        "status": "open",
        "attempts": 1,
    }
