"""Living real generations in a test: the minimal genome, a script for a model, everything else real."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from controller.errors import StoppedEarly
from controller.events.kinds import Event, RunPaused
from controller.gates.registry import GATES
from controller.git.log import Generation, generations
from controller.git.repository import Repository
from controller.run.start import run
from controller.settings.gate_policy import GatePolicy
from controller.settings.settings import Settings
from tests.controller.conftest import git, share_types

PATIENT = 20  # pauses of one run that a test waits out
Reply = Mapping[str, Any]
UNBORN = GatePolicy(off=("reproduction",))  # reproduction is a life more for each that evolves
# What a test of anything but the gates asks: those that only read. Say `gates=UNBORN` or `gates=DEFAULTS` for more.
READING = GatePolicy(off=tuple(gate.name for gate in GATES if not gate.reads_only))
GOAL: Reply = {"shape": {"title": "Change a little"}}
END: Reply = {"text": "Changed a little."}


def bash(command: str) -> Reply:
    """A reply that has the child run a command."""
    return {"calls": [{"name": "bash", "input": {"command": command}}]}


HOLD = bash("until test -e /life/tmp/released; do sleep 0.05; done")  # the child waits here for `release`


def release(operator: Path) -> None:
    """Let the child go on that waits at `HOLD`."""
    for life in (operator / ".git" / "heirloom" / "lives").glob("*-*/tmp"):
        (life / "released").touch()


@dataclass(frozen=True)
class Told:
    """What a run left: the events it told, the generations on its branch (oldest first)."""

    events: list[Event]
    generations: list[Generation]

    @property
    def outcomes(self) -> list[str]:
        return [one.outcome for one in self.generations]

    @property
    def names(self) -> list[str]:
        """The events' names in JSON."""
        return [event.name for event in self.events]


def live(
    operator: Path,
    *lives: Sequence[Reply],
    generations_: int | None = None,
    asked: str | None = None,
    branch: str = "lineage/main",
    **settings: Any,
) -> Told:
    """Live one generation a script in the operator's repository; waits between tries take no time.

    `asked`: the commit to start a new lineage at.
    """
    share_types(operator)
    script = operator.parent / "script.json"
    script.write_text(json.dumps({"lives": [list(one) for one in lives]}))
    given = {
        "isolation": "bubblewrap",
        "branch": branch,
        "model": f"script:{script}",
        "generations": generations_ or len(lives),
        "patience": 0,
        "no_ground": True,
        "gates": READING,
    }
    events: list[Event] = []
    waits: list[float] = []

    def watch(event: Event) -> None:
        events.append(event)
        if isinstance(event, RunPaused):  # until somebody resumes it: nobody will
            raise StoppedEarly(f"it stands still: {event.kind}: {event.reason}")

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        assert len(waits) < PATIENT, "the world never answers in this test: say exit_on_pause"

    run(Settings(**{**given, **settings}), operator, asked, watch, sleep=sleep)
    return Told(events, history(operator, branch))


def history(operator: Path, branch: str = "lineage/main") -> list[Generation]:
    """The generations of a lineage, oldest first."""
    ref = f"refs/heads/{branch}"
    return generations(Repository(operator), ref)[::-1] if Repository(operator).tip(ref) else []


def context(operator: Path, number: int) -> Any:
    """agent_context.json of a generation."""
    commit = next(one.commit for one in history(operator) if one.number == number)
    return json.loads(git(operator, "show", f"{commit}:agent_context.json"))


def patch(operator: Path, path: str, old: str, new: str) -> None:
    """Change the genome that the operator starts from."""
    file = operator / path
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
    git(operator, "commit", "--quiet", "-a", "-m", "Another genome")


def processes(mark: str) -> list[str]:
    """Running processes whose command line holds a mark."""
    listed = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if mark in line and "ps -eo" not in line]


def leftovers(operator: Path) -> list[str]:
    """What is left of lives in the controller's state."""
    return sorted(path.name for path in (operator / ".git" / "heirloom" / "lives").iterdir())
