"""Lineages lived by an earlier Heirloom are read, replayed and gone on with by this one: by the command line alone.

`fixtures/before/make.py` made them, and kept what that Heirloom's own commands said of them.
"""

import json
import os
import pty
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import command_line

ROOT = Path(__file__).resolve().parents[1]
BEFORE = ROOT / "tests" / "fixtures" / "before"
COMMANDS = json.loads((BEFORE / "expected.json").read_text())["commands"]
MAIN, ASKED, PAUSED = "lineage/main", "lineage/asked", "lineage/paused"
QUICK = ["show 2", "transcript 2", "replay 1", *(f"{what} --branch {MAIN}" for what in ("log", "verify"))]
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("HEIRLOOM_")}
SANDBOX = pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed")
# What each open run has yet to record
CONTINUED = {
    MAIN: ["evolved", "history"],
    "lineage/fetched": ["evolved", "history"],
    "lineage/recorded": ["evolved", "history"],
    "lineage/living": ["rolled-back", "history"],
    PAUSED: ["evolved"],
}


@dataclass(frozen=True)
class Operator:
    """An operator's repository, and this Heirloom's command line in it."""

    folder: Path

    def heirloom(self, *words: str, exit_code: int = 0) -> str:
        """What a command prints; it must end with `exit_code`."""
        done = command_line.run([*words, "--repository", "."], ENVIRONMENT, self.folder)
        assert done.returncode == exit_code, f"{' '.join(words)}: {done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout

    def at_terminal(self, typed: bytes, *words: str) -> bytes:
        """What a command shows at a terminal, where this is typed; it must succeed."""
        ours, terminal = pty.openpty()
        os.write(ours, typed)
        with subprocess.Popen(
            [*command_line.MAIN, *words, "--repository", "."],
            cwd=self.folder,
            env=ENVIRONMENT,
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
        ) as process:
            os.close(terminal)
            shown = b""
            with suppress(OSError):  # what the kernel says when the other side has gone
                while more := os.read(ours, 4096):
                    shown += more
        os.close(ours)
        assert process.returncode == 0, shown
        return shown

    def json(self, *words: str) -> list[Any]:
        """The objects that a command prints with --json, one a line."""
        return [json.loads(line) for line in self.heirloom(*words, "--json").splitlines()]

    def git(self, *words: str) -> str:
        """What git prints."""
        done = subprocess.run(["git", *words], cwd=self.folder, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def go_on(self, branch: str) -> list[Any]:
        """Give the words again that the open run of a lineage was begun with; its events."""
        name = branch.partition("/")[2]
        model = [] if branch == MAIN else ["--model", f"script:{name}.json"]
        generations = "2" if branch == PAUSED else "3"
        return self.json("run", "--branch", branch, "--generations", generations, *model)


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    """The repository that the earlier Heirloom left, unpacked at another place."""
    archive = str(BEFORE / "lineage.tar.gz")
    subprocess.run(["tar", "-xzf", archive, "--numeric-owner", "-C", str(tmp_path)], check=True)
    return Operator(tmp_path / "operator")


def kept(words: list[str]) -> Any:
    """What the earlier Heirloom said to a command."""
    return next(one["said"] for one in COMMANDS if one["words"] == words)


def promised(what: str, said: Any) -> Any:
    """Of a command's answer what holds on another day, at another place and for another version."""
    if what == "config":
        stated = [{key: one["value"] for key, one in said[0].items() if one["from"] == "heirloom.toml"}]
        return [*stated, dict.fromkeys(said[0])]
    if what == "budget":
        return [{**said[0], "scopes": [one for one in said[0]["scopes"] if one["scope"] != "day"]}]
    if what == "verify":
        return [{**said[0], "checks": {one["name"]: one["wrong"] for one in said[0]["checks"]}}]
    passing = {"status": "controller", "replay": "warnings"}.get(what)
    return [{key: value for key, value in one.items() if key != passing} for one in said]


def differences(old: Any, new: Any, place: str = "") -> Iterator[str]:
    """Where an answer says less or something else than the old one; more keys are welcome."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key, value in old.items():
            if key in new:
                yield from differences(value, new[key], f"{place}.{key}")
            else:
                yield f"{place}.{key} is missing"
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from differences(one, other, f"{place}[{number}]")
    elif old != new:
        yield f"{place} was {old!r}, is {new!r}"


def cases() -> list[Any]:
    """Each command that was kept; those that are not quick are slow tests."""
    found = []
    for one in COMMANDS:
        name = " ".join(one["words"])
        marks = [] if name in QUICK else [pytest.mark.slow]
        if one["words"][0] == "replay":
            marks.append(SANDBOX)
        found.append(pytest.param(one["words"], one["said"], id=name, marks=marks))
    return found


@pytest.mark.parametrize(("words", "said"), cases())
def test_old_records_read_the_same(operator: Operator, words: list[str], said: Any) -> None:
    old, new = promised(words[0], said), promised(words[0], operator.json(*words))
    assert list(differences(old, new)) == []


@pytest.mark.slow
@pytest.mark.parametrize("words", ["log", "status", "budget", "verify", "goals", "show 2", "transcript 2", "report 2"])
def test_old_records_are_printed(operator: Operator, words: str) -> None:
    assert operator.heirloom(*words.split())


@SANDBOX
@pytest.mark.quick(1)
@pytest.mark.parametrize("branch", CONTINUED)
def test_open_runs_go_on(operator: Operator, branch: str) -> None:
    before, (status,) = kept(["log", "--branch", branch]), kept(["status", "--branch", branch])
    if branch == PAUSED:
        operator.heirloom("resume", "--branch", branch)
    events = {event["event"]: event for event in operator.go_on(branch)}
    assert "resumed" in events, f"another run was begun: are the settings of the open one read as they were? {events}"
    assert (events["resumed"]["run"], events["end"]["reason"]) == (status["run"]["id"], "done")
    after = operator.json("log", "--branch", branch)
    assert list(differences(before, after[: len(before)])) == []
    assert [one["outcome"] for one in after[len(before) :]] == CONTINUED[branch]
    assert [one["generation"] for one in after] == list(range(1, len(after) + 1))
    assert operator.json("verify", "--branch", branch)[0]["agree"]
    message = operator.git("log", "-1", "--format=%B", branch)
    assert f"Heirloom-Run: {status['run']['id']}" in message and "Heirloom-Tries: 1\n" in message


@SANDBOX
@pytest.mark.slow
def test_open_questions_are_asked_again(operator: Operator) -> None:
    words = ("instruct", "Own a second", "--approve", "--model", "script:asked.json", "--branch", ASKED)
    assert b"yes/no" in operator.at_terminal(b"yes\n", *words)
    assert [one["outcome"] for one in operator.json("log", "--branch", ASKED)] == ["evolved", "evolved"]
    assert operator.json("verify", "--branch", ASKED)[0]["agree"]


@pytest.mark.slow
def test_unjudged_lives_forbid_a_rollback(operator: Operator) -> None:
    operator.heirloom("rollback", "1", exit_code=2)
    assert operator.git("rev-parse", MAIN) == kept(["show", "11"])[0]["commit"]


def test_an_old_genome_comes_back(operator: Operator) -> None:
    (told,) = operator.json("rollback", "0", "--branch", PAUSED)
    assert told["generation"] == 2
    assert operator.json("verify", "--branch", PAUSED)[0]["agree"]
    assert operator.git("diff", "--name-only", "main", PAUSED) == "agent_context.json"


@SANDBOX
@pytest.mark.slow
def test_old_transcripts_answer_a_run(operator: Operator) -> None:
    (operator.folder / "goals.toml").unlink()  # there was none then
    (recording,) = kept(["transcript", "1"])
    (operator.folder / "life.json").write_text(json.dumps(recording))
    words = ("--from", recording["parent"], "--model", "replay:life.json", "--generations", "1")
    operator.heirloom("run", "--branch", "again", *words)
    attempt = operator.git("rev-parse", "refs/heirloom/again/1.1^{tree}")
    assert attempt == operator.git("rev-parse", f"{recording['attempt']}^{{tree}}")


@SANDBOX
@pytest.mark.slow
def test_all_gates_judge_an_old_lineage(operator: Operator) -> None:
    operator.go_on(MAIN)
    settings = operator.folder / "heirloom.toml"
    settings.write_text(settings.read_text().partition("[gates]")[0])
    reply = {"calls": [{"name": "bash", "input": {"command": "echo 'another = 1' >agent/another.py"}}]}
    (operator.folder / "lives.json").write_text(json.dumps({"lives": [[reply, {"text": "Owns another."}]]}))
    operator.heirloom("run", "--generations", "1", "--goal", "Own yet another")
    assert operator.json("log")[-1]["outcome"] == "evolved"
