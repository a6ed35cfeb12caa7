"""A run of lives that end in every way, and what of it has to be the same whatever happened to its controller."""

import json
import random
import secrets
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.parts.ground import ROOT, git, minimal
from bench.parts.provider import Reply, Request, json_reply
from controller.contract import CONTEXT_FILE
from controller.git.log import generations
from controller.git.repository import Repository

BRANCH = "lineage/main"
BUDGET = 50_000_000
# No gate that runs code: how the gates judge is not the matter here, and a life takes a third of a second so
POLICY = '[gates]\noff = ["builds", "tests", "evidence", "reproduction"]\n'
SETTINGS = f'memory_mb = 256\nstop_deaths = 0\nbudget = "{BUDGET}"\npatience = 1\n'
# Of a generation, what a fault may change: how often it was lived, and what follows from when that was. Everything
# else that its commit says has to be the same. (An attempt's commit is dated, so its id is another one.)
BY_NATURE = frozenset({"Attempt", "Parent", "Tree", "Tries", "Tokens-Aborted", "Seconds", "Run", "Spent"})
CHANGE = ("printf '\"\"\"The smallest genome that fulfils the contract.\"\"\"\\n\\nborn = \"%s\"\\n' "
          "$(git rev-list --count HEAD)-{seed} > agent/__init__.py")  # fmt: skip
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


@dataclass(frozen=True)
class Kept:
    """What has to be the same of one generation. `tree`: without agent_context.json; `context`: without facts."""

    number: int
    outcome: str
    goal: str
    claim: Any
    tree: str
    context: Any
    trailers: Mapping[str, str]


def ground(folder: Path, seed: int = 0, isolation: str = "bubblewrap", more: str = "") -> Path:
    """An operator's repository with the minimal genome, the settings and the script of a run.

    Its folder has a name of its own, by which a process of any of its lives is known.
    """
    operator = minimal(folder / f"run-{secrets.token_hex(6)}")
    (operator / "heirloom.toml").write_text(f'isolation = "{isolation}"\nseed = {seed}\n{SETTINGS}{more}\n{POLICY}')
    script(operator, seed)
    return operator


def kinds(seed: int) -> list[str]:
    """The kinds of five lives, in the order in which they are lived again and again."""
    return random.Random(seed).sample(sorted(KINDS), len(KINDS))


def script(operator: Path, seed: int, fault: Mapping[str, Any] | None = None) -> None:
    """What the model says: in each life one command. `fault`: said first, whatever is asked."""
    lives = []
    for kind in kinds(seed):
        act = {"shape": {"title": f"A life that ends as {kind}", "command": "true"}}
        done = {"text": f"It was to end as {kind}."}
        call = {"calls": [{"name": "bash", "input": {"command": KINDS[kind].format(seed=seed)}}]}
        lives.append([*([fault] if fault else []), act, call, done])
    (operator.parent / "script.json").write_text(json.dumps({"lives": lives}))


def controller(operator: Path, generations_: int, *more: str) -> list[str]:
    """The command that lives a run, without the interpreter."""
    main = str(ROOT / "controller" / "__main__.py")
    given = ("--model", f"script:{operator.parent / 'script.json'}", "--generations", str(generations_))
    return [main, "run", "--repository", str(operator), *given, "--json", *more]


def lived(
    operator: Path, generations_: int, *watcher: str, more: Sequence[str] = ()
) -> subprocess.CompletedProcess[str]:
    """Start the controller and wait for its end; `watcher`: a program that starts it, and its words."""
    words = [sys.executable, "-I", *watcher, *controller(operator, generations_, *more)]
    return subprocess.run(words, capture_output=True, text=True, check=False)


def kept(operator: Path) -> list[Kept]:
    """The lineage, oldest generation first, as far as it has to be the same."""
    repository, found = Repository(operator), []
    ref = f"refs/heads/{BRANCH}"
    for one in generations(repository, ref)[::-1] if repository.tip(ref) else []:
        context = json.loads(git(operator, "show", f"{one.commit}:{CONTEXT_FILE}"))
        for entry in context["history"]:
            entry.pop("facts")
        newest = context["history"][-1]
        listed = git(operator, "ls-tree", "-r", one.commit).splitlines()
        tree = "\n".join(line for line in listed if not line.endswith(f"\t{CONTEXT_FILE}"))
        same = {key: value for key, value in one.trailers.items() if key not in BY_NATURE}
        found.append(Kept(one.number, one.outcome, newest["goal"], newest["claim"], tree, context, same))
    return found


def differences(reference: Sequence[Kept], found: Sequence[Kept]) -> list[str]:
    """What differs between two lineages, a line each."""
    lines = [] if len(reference) == len(found) else [f"{len(found)} generations, not {len(reference)}"]
    for one, other in zip(reference, found, strict=False):
        was, now = vars(one) | dict(one.trailers), vars(other) | dict(other.trailers)
        lines += [f"generation {one.number}: {name} is {now.get(name)!r}, was {was.get(name)!r}"
                  for name in sorted({*was, *now} - {"trailers"}) if was.get(name) != now.get(name)]  # fmt: skip
    return lines


def over(operator: Path) -> bool:
    """Whether the ledger knows an end of the run: another start would begin a new one."""
    try:
        with ledger_of(operator) as ledger:
            found = ledger.execute("SELECT count(*), count(ended) FROM runs").fetchone()
    except sqlite3.OperationalError:
        return False  # there is no ledger yet
    return bool(found == (1, 1))


@contextmanager
def ledger_of(operator: Path, write: bool = False) -> Iterator[sqlite3.Connection]:
    """The ledger, to be read."""
    file = operator / ".git" / "heirloom" / "ledger.sqlite"
    with closing(sqlite3.connect(f"file:{file}?mode={'rw' if write else 'ro'}", uri=True)) as ledger:
        yield ledger


def unsound(operator: Path) -> Iterator[str]:
    """What a run left that it must not, a line each."""
    state = operator / ".git" / "heirloom"
    numbers = Counter(one.number for one in generations(Repository(operator), f"refs/heads/{BRANCH}"))
    yield from (f"generation {number} stands on the branch {count} times" for number, count in numbers.items()
                if count > 1)  # fmt: skip
    with ledger_of(operator) as ledger:
        counts = ledger.execute("SELECT generation, count(*) FROM tries WHERE outcome != 'aborted' GROUP BY generation")
        yield from (f"generation {number} was lived to its end {count} times" for number, count in counts if count > 1)
        spent = ledger.execute("SELECT total(input + output + written + cached) FROM calls").fetchone()[0]
        if spent > BUDGET:
            yield f"{spent} tokens were spent, {BUDGET} were allowed"
        for table, what in (("calls", "settled"), ("tries", "ended"), ("runs", "ended")):
            if count := ledger.execute(f"SELECT count(*) FROM {table} WHERE {what} IS NULL").fetchone()[0]:
                yield f"{count} of {table} are not {what}"
        if (runs := ledger.execute("SELECT count(*) FROM runs").fetchone()[0]) != 1:
            yield f"{runs} runs, not one that was gone on with"
    yield from (f"a stray folder {folder.name}" for folder in (state / "lives").iterdir())
    yield from (f"an orphan: {line}" for line in processes(operator.name))
    told = [sys.executable, "-I", str(ROOT / "controller" / "__main__.py"), "verify", "--repository", str(operator)]
    done = subprocess.run(told, capture_output=True, text=True, check=False)
    if done.returncode:
        yield f"heirloom verify: {done.stdout}{done.stderr}"


def processes(mark: str) -> list[str]:
    """Processes that have to do with a folder: by their words, their environment, what is mounted for them."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            words = (place / "cmdline").read_bytes()
            mounts = (line.split() for line in (place / "mountinfo").read_bytes().splitlines())
            seen = words + (place / "environ").read_bytes() + b" ".join(mount[3] for mount in mounts)
            state = (place / "stat").read_text().rpartition(") ")[2][:1]
        except OSError:
            continue  # it ended meanwhile
        if mark.encode() in seen and state != "Z":
            found.append(f"{place.name} {words.replace(bytes(1), b' ').decode(errors='replace')[:200]}")
    return found
