"""What of a run has to be the same whatever happened to its controller, and what must not be left behind."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.harness.runs import BRANCH, BUDGET, open_ledger
from bench.parts.ground import ROOT, git
from controller.contract import CONTEXT_FILE
from controller.git.log import generations
from controller.git.repository import Repository

# Of a generation, what a fault may change: how often it was lived, and what follows from when that was. Everything
# else that its commit says has to be the same. (An attempt's commit is dated, so its id is another one.)
BY_NATURE = frozenset(
    {"Attempt", "Parent", "Tree", "Tries", "Tokens-Assumed", "Tokens-Aborted", "Run", "Spent"}
    | {"Seconds", "Gate-Seconds", "Wall-Seconds"}
)


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
        for name in sorted({*was, *now} - {"trailers"}):
            if was.get(name) != now.get(name):
                lines.append(f"generation {one.number}: {name} is {now.get(name)!r}, was {was.get(name)!r}")
    return lines


def unsound(operator: Path) -> Iterator[str]:
    """What a run left that it must not, a line each."""
    state = operator / ".git" / "heirloom"
    numbers = Counter(one.number for one in generations(Repository(operator), f"refs/heads/{BRANCH}"))
    for number, count in numbers.items():
        if count > 1:
            yield f"generation {number} stands on the branch {count} times"
    with open_ledger(operator) as ledger:
        counts = ledger.execute("SELECT generation, count(*) FROM tries WHERE outcome != 'aborted' GROUP BY generation")
        for number, count in counts:
            if count > 1:
                yield f"generation {number} was lived to its end {count} times"
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
    words = [sys.executable, "-I", str(ROOT / "controller" / "__main__.py"), "verify", "--repository", str(operator)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
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
