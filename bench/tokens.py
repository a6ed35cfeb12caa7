"""`./heirloom bench tokens [--mini PYTHON]`: what the same work costs here and through a plain loop; input only.

Tokens are bytes of the request's JSON / 3.5, since no tokenizer is at hand. The plain loop has no cache, cuts nothing,
and carries the lineage's whole history in its prompt three times: the shape of the first system of this kind. `--mini`:
a Python with mini-swe-agent, which makes two rows more: told the goal, and told what our life is told first.
"""

import json
import os
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from agent.life import live
from agent.models.claude import parameters
from agent.models.messages import Reply, Request
from agent.workspace import Workspace
from bench.parts.ground import git, this_repository
from bench.parts.priced import BYTES, PRICED, Cost
from bench.parts.rival import EDITOR, through_mini
from controller.contract import CONTEXT_FILE, AgentContext, Birth, Claim, Entry, Facts, Goal, Limits, ModelInfo

LOOKBACK = 20  # blocks before a breakpoint in which the provider looks for what it knows
MODEL = ModelInfo(id="bench", output=32_000, dialect="anthropic", caching=True)
GREET = '"""A greeting."""\n\n\ndef greet(name: str) -> str:\n    return f"Hello, {name}"\n'
TEST = 'from agent.hello import greet\n\n\ndef test_greet() -> None:\n    assert greet("Ada") == "Hello, Ada"\n'
READ_FIRST = (
    "life", "conversation", "workspace", "toolbox", "shell", "text", "context", "models/messages", "models/claude",
    "brief",
)  # fmt: skip


def bash(command: str) -> tuple[str, dict[str, Any]]:
    return "bash", {"command": command}


def editor(command: str, path: str, **words: Any) -> tuple[str, dict[str, Any]]:
    return EDITOR, {"command": command, "path": path, **words}


STEPS = [
    bash("git log --oneline -20 && ls -R agent tests/agent"),
    *[editor("view", f"agent/{name}.py") for name in READ_FIRST],
    bash("cat tests/agent/fakes.py"),
    bash("cat tests/agent/test_life.py"),
    editor("create", "agent/hello.py", file_text=GREET),
    editor("create", "tests/agent/test_hello.py", file_text=TEST),
    bash("python -m pytest -q -p no:cacheprovider tests/agent/test_hello.py"),
    *[editor("str_replace", "agent/hello.py", old_str=f'"{old},', new_str=f'"{new},')
      for old, new in (("Hello", "Good day"), ("Good day", "Welcome"), ("Welcome", "Hello"))],
    bash("git diff --stat; cat agent/hello.py"),
    editor("view", "tests/agent/test_hello.py"),
    bash("grep -rn 'def ' agent | head -300"),
    bash("cat controller/contract.py"),
    bash("python -m pytest -q -p no:cacheprovider tests/agent/test_text.py tests/agent/test_hello.py"),
    bash("git status --short"),
]  # fmt: skip
# What our life does first: it reads, and goes on with the goal that it finds. The others are given theirs.
CHOICE = [
    ("outline", {"path": "agent"}),
    ("search", {"pattern": "greet", "path": "agent", "context": 2}),
    ("keep_goal", {"steps": ["agent/hello.py: greet(name)", "tests/agent/test_hello.py", "pytest of that test"]}),
]


@dataclass
class Meter:
    """A model that makes the steps, one an answer, and counts what each request would be billed."""

    cost: Cost = field(default_factory=Cost)
    known: set[str] = field(default_factory=set)
    results: list[str] = field(default_factory=list)
    told: str = ""  # the first words of its work

    def reply(self, request: Request) -> Reply:
        self._count(parameters(request, MODEL))
        number = self.cost.calls - 1
        steps = [*CHOICE, *STEPS, ("done", {"outcome": "history", "summary": "Measured."})]
        if number == len(CHOICE):
            self.told = str(request.messages[0]["content"][0]["text"])
        if number > len(CHOICE):
            self.results.append(str(request.messages[-1]["content"][0]["content"]))
        name, given = steps[number]
        return Reply([{"type": "tool_use", "id": f"toolu_{number:04}", "name": name, "input": given}], "tool_use")

    def _count(self, words: dict[str, Any]) -> None:
        blocks = [*words["tools"], *words["system"], *(block for one in words["messages"] for block in one["content"])]
        prefixes, marks, text = [], [], ""
        for index, block in enumerate(blocks):
            marks += [index] if "cache_control" in block else []
            text += json.dumps({key: value for key, value in block.items() if key != "cache_control"})
            prefixes.append(text)
        near = {at for mark in marks for at in range(max(mark - LOOKBACK, 0), mark + 1)}
        read = max((len(prefixes[at]) for at in near if prefixes[at] in self.known), default=0)
        cached = len(prefixes[marks[-1]])
        self.known |= {prefixes[mark] for mark in marks}
        self.cost.calls += 1
        self.cost.read += read / BYTES
        self.cost.written += (cached - read) / BYTES
        self.cost.fresh += (len(text) - cached) / BYTES


def old_lineage() -> AgentContext:
    """The memory of a lineage of some age: 20 lives that said about as much as lives say."""
    claim = Claim(outcome="code", summary="s" * 200, expected="e" * 150, lesson="l" * 120)
    facts = Facts(outcome="evolved", parent="0" * 40, attempt="1" * 40, exit="exit 10", tests="300 passed")
    lives = tuple(Entry(generation=n, goal="g" * 60, claim=claim, facts=facts) for n in range(1, 21))
    return AgentContext(purpose="Become better.", goal=Goal(title="Greet"), history=lives)


def through_agent(folder: Path) -> Meter:
    """One life of the real agent on a clone of this repository."""
    root, inbox, out = this_repository(folder / "repo"), folder / "inbox.git", folder / "out"
    out.mkdir()
    git(folder, "init", "--quiet", "--bare", str(inbox))
    for name, value in (("user.name", "bench"), ("user.email", "bench@localhost")):
        git(root, "config", name, value)
    (root / CONTEXT_FILE).write_text(old_lineage().render())
    git(root, "commit", "--quiet", "-am", "An old lineage")
    limits = Limits(seconds=3600, memory_bytes=1 << 30, output_bytes=1 << 30)
    parent = git(root, "rev-parse", "HEAD")
    birth = Birth(
        contract=1,
        generation=21,
        try_number=1,
        run="bench",
        parent=parent,
        models=(MODEL,),
        limits=limits,
        ref="refs/heads/gen/21.1",
        inbox=str(inbox),
        out=str(out),
    )
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    meter = Meter()
    live(Workspace(root, birth, {"PATH": path, "HOME": str(folder)}), meter)
    return meter


def through_plain_loop(results: list[str]) -> Cost:
    """The same steps and results; each call sends everything again."""
    tools = [{"name": name, "input_schema": {"type": "object"}} for name in ("bash", EDITOR, "done")]
    text, cost = json.dumps([tools, "You are a programmer.", *[old_lineage().render()] * 3]), Cost()
    for call, told in zip([*STEPS, ("done", {})], ["", *results], strict=False):
        text += json.dumps([told])
        cost.calls += 1
        cost.fresh += len(text) / BYTES
        text += json.dumps(call)
    return cost


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="heirloom-bench-") as folder:
        meter = through_agent(Path(folder))
        rows = {"this agent": meter.cost, "a plain loop": through_plain_loop(meter.results)}
        if "--mini" in sys.argv:
            python = sys.argv[sys.argv.index("--mini") + 1]
            for name, task in (("mini-swe-agent", "Greet"), ("the same, told as much", meter.told)):
                rows[name] = through_mini(python, Path(folder), task, STEPS)
    told = {name: {**vars(cost), "dollars": cost.dollars} for name, cost in rows.items()}
    if "--json" in sys.argv:
        print(json.dumps(told, indent=1))  # noqa: T201
        return
    table = Table(
        "", "calls", "fresh", "into cache", "out of cache", "dollars", title=f"{len(STEPS)} steps, input tokens"
    )
    for name, cost in rows.items():
        kinds = (cost.fresh, cost.written, cost.read)
        table.add_row(name, str(cost.calls), *(f"{kind:,.0f}" for kind in kinds), f"{cost.dollars:.3f}")
    Console().print(table)
    share = rows["a plain loop"].dollars / rows["this agent"].dollars
    Console().print(f"1/{share:.1f} of the plain loop. Tokens are bytes of JSON / {BYTES}, priced as {PRICED}.")


if __name__ == "__main__":
    main()
