"""A run of lives that end in every way: its repository, its model, its controller, its ledger."""

import json
import random
import secrets
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from bench.parts.ground import ROOT, minimal
from bench.parts.provider import Reply, Request, json_reply

BRANCH = "lineage/main"
BUDGET = 50_000_000
# No gate that runs code: how the gates judge is not the matter here, and a life takes a third of a second so
POLICY = '[gates]\noff = ["builds", "tests", "evidence", "reproduction"]\n'
SETTINGS = f'memory_mb = 256\nstop_deaths = 0\nstop_barren = 0\nbudget = "{BUDGET}"\npatience = 1\n'
CHANGE = (
    'printf \'"""The smallest genome that fulfils the contract."""\\n\\nborn = "%s"\\n\' '
    "$(git rev-list --count HEAD)-{seed} > agent/__init__.py"
)
KINDS = {
    "evolved": CHANGE,
    "history": "true",
    "refused": "echo no genome > README.md",
    "crashed": "kill -9 $PPID",
    "killed": "python3 -c 'x = bytearray(2**29); x[0] = 1'; sleep 20",
}
BUSY = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}


class MixtureModel:
    """The script of a provider that answers a run of all kinds. `is_busy`: whether it answers 529 just now."""

    def __init__(self, seed: int, is_busy: Callable[[], bool]) -> None:
        self._seed, self._is_busy = seed, is_busy
        self.refused = 0  # calls that were answered 529

    def __call__(self, request: Request) -> Reply:
        """A goal, one command, and that it was enough: from the request alone."""
        is_call = request.line.startswith("POST")
        if self._is_busy():
            self.refused += is_call
            return json_reply(529, BUSY)
        if not is_call:
            return json_reply(404, BUSY)
        if request.path.endswith("/count_tokens"):
            return json_reply(200, {"input_tokens": 100})
        return json_reply(200, self._message(request.json))

    def _message(self, asked: Any) -> dict[str, Any]:
        turns = len(asked["messages"])
        content: dict[str, Any] = {"type": "text", "text": "Done."}
        stop = "end_turn"
        if turns == 1:
            tool = asked["tools"][0]["name"]
            given = {"title": "Whatever comes"} if tool == "goal" else {"command": command_of(self._seed)}
            content = {"type": "tool_use", "id": f"toolu_{turns}", "name": tool, "input": given}
            stop = "tool_use"
        return {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": asked["model"],
            "content": [content],
            "stop_reason": stop,
            "stop_sequence": None,
            "usage": {"input_tokens": 100, "output_tokens": 10},
        }


def command_of(seed: int) -> str:
    """One command for every life: which kind it is follows from how many there were before it."""
    cases = [f"{number}) {KINDS[kind].format(seed=seed)};;" for number, kind in enumerate(kinds(seed))]
    return f"case $((($(git rev-list --count HEAD) - 1) % {len(KINDS)})) in\n" + "\n".join(cases) + "\nesac"


def make_operator(folder: Path, seed: int = 0, isolation: str = "bubblewrap") -> Path:
    """An operator's repository with the minimal genome, the settings and the script of a run.

    Its folder has a name of its own, by which a process of any of its lives is known.
    """
    operator = minimal(folder / f"run-{secrets.token_hex(6)}")
    (operator / "heirloom.toml").write_text(f'isolation = "{isolation}"\nseed = {seed}\n{SETTINGS}\n{POLICY}')
    write_script(operator, seed)
    return operator


def kinds(seed: int) -> list[str]:
    """The kinds of five lives, in the order in which they are lived again and again."""
    return random.Random(seed).sample(sorted(KINDS), len(KINDS))


def write_script(operator: Path, seed: int) -> None:
    """What the model says: in each life a goal, one command, and that it was enough."""
    lives = []
    for kind in kinds(seed):
        goal = {"shape": {"title": f"A life that ends as {kind}", "command": "true"}}
        act = {"calls": [{"name": "bash", "input": {"command": KINDS[kind].format(seed=seed)}}]}
        lives.append([goal, act, {"text": f"It was to end as {kind}."}])
    (operator.parent / "script.json").write_text(json.dumps({"lives": lives}))


def command(operator: Path, lives: int, *more: str, watcher: Sequence[str] = ()) -> list[str]:
    """The command line that lives a run; `watcher`: a program that starts the controller, and its words."""
    main = str(ROOT / "controller" / "__main__.py")
    model = f"script:{operator.parent / 'script.json'}"
    words = (
        main,
        "run",
        "--repository",
        str(operator),
        "--model",
        model,
        "--generations",
        str(lives),
        "--no-ground",
        "--json",
    )
    return [sys.executable, "-I", *watcher, *words, *more]


def start(operator: Path, lives: int, *more: str, watcher: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
    """Start the controller and wait for its end."""
    return subprocess.run(command(operator, lives, *more, watcher=watcher), capture_output=True, text=True, check=False)


def is_over(operator: Path) -> bool:
    """Whether the ledger knows an end of the run: another start would begin a new one."""
    try:
        with open_ledger(operator) as ledger:
            found = ledger.execute("SELECT count(*), count(ended) FROM runs").fetchone()
    except sqlite3.OperationalError:
        return False  # there is no ledger yet
    return bool(found == (1, 1))


@contextmanager
def open_ledger(operator: Path, write: bool = False) -> Iterator[sqlite3.Connection]:
    """The ledger as it lies there; to be read, or with `write` to be damaged."""
    file = operator / ".git" / "heirloom" / "ledger.sqlite"
    with closing(sqlite3.connect(f"file:{file}?mode={'rw' if write else 'ro'}", uri=True)) as ledger:
        yield ledger
