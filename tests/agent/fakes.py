"""Small real things for the tests of a life: a model that follows a script, and a clone to live in."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from agent.checks import CheckReport, Checks
from agent.errors import NoAnswer
from agent.models.messages import Reply, Request
from agent.workspace import Workspace
from controller.contract import AgentContext, Birth, Limits, ModelInfo

GENOME = {
    "agent/__init__.py": '"""A genome for tests."""\n',
    "agent/sums.py": '"""Sums."""\n\n\ndef double(number: int) -> int:\n    return number * 2\n',
    "tests/agent/test_sums.py": "from agent.sums import double\n\n\ndef test_double() -> None:\n"
    "    assert double(2) == 4\n",
    "protected.txt": "The operator's.\n",
    "agent_context.json": AgentContext(purpose="Grow, but stay small.").render(),
}


class Scripted:
    """Answers with these, in turn; `asked` keeps what it was asked."""

    def __init__(self, *answers: Reply | NoAnswer) -> None:
        self._answers = list(answers)
        self.asked: list[Request] = []

    def reply(self, request: Request) -> Reply:
        self.asked.append(request)
        answer = self._answers.pop(0)
        if isinstance(answer, NoAnswer):
            raise answer
        return answer


class Sound(Checks):
    """Finds every code sound, at once."""

    def run(self, touched: list[str], lint: bool) -> CheckReport:
        return CheckReport(True, f"{len(touched)} passed")


class Broken(Checks):
    """Finds no code sound, at once."""

    def run(self, touched: list[str], lint: bool) -> CheckReport:
        return CheckReport(False, "[exit 1]")


class Doubles(Checks):
    """Runs the genome's one test in this process: starting pytest takes a third of a second."""

    def run(self, touched: list[str], lint: bool) -> CheckReport:
        names: dict[str, Any] = {}
        exec((self._root / "agent" / "sums.py").read_text(), names)
        found = names["double"](2)
        if found != 4:
            return CheckReport(False, f"assert {found} == 4")
        return CheckReport(True, "1 passed")


def says(text: str, stop: str = "end_turn", wind_down: bool = False) -> Reply:
    return Reply([{"type": "text", "text": text}], stop, wind_down)


def calls(*wanted: tuple[str, dict[str, Any]], stop: str = "tool_use", wind_down: bool = False) -> Reply:
    blocks = [
        {"type": "tool_use", "id": f"call_{index}", "name": name, "input": given}
        for index, (name, given) in enumerate(wanted)
    ]
    return Reply(blocks, stop, wind_down)


def git(folder: Path, *words: str) -> str:
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@localhost", *words]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def template(folder: Path) -> Path:
    """A clone and an inbox, made once for a session's tests: git is slower than a copy."""
    root = folder / "repo"
    for path, text in GENOME.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    (folder / "out").mkdir()
    git(folder, "init", "--quiet", "--bare", "--template=", "inbox.git")
    git(root, "init", "--quiet", "--template=")
    with (root / ".git" / "config").open("a") as config:
        config.write("[user]\nname = t\nemail = t@localhost\n")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "The parent")
    (folder / "parent").write_text(git(root, "rev-parse", "HEAD"))
    return folder


def workspace(folder: Path, check: type[Checks] = Checks, **told: Any) -> Workspace:
    """A clone with a small genome, an inbox and an empty out/; `told` goes into the birth.

    `check`: another than the real one, which starts pytest, for tests of something else.
    """
    root, inbox, out = folder / "repo", folder / "inbox.git", folder / "out"
    made = folder.parent / "template"
    shutil.copytree(made if made.is_dir() else template(made), folder, dirs_exist_ok=True)
    given: dict[str, Any] = {
        "contract": 1,
        "generation": 1,
        "try_number": 1,
        "run": "a-run",
        "parent": (folder / "parent").read_text(),
        "ref": "refs/heads/gen/1.1",
        "inbox": str(inbox),
        "out": str(out),
        "models": (ModelInfo(id="scripted"),),
        "limits": Limits(seconds=60, memory_bytes=1 << 30, output_bytes=1 << 20),
    }
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    return Workspace(root, Birth(**{**given, **told}), environment, checks=check(root, out, environment))


def pushed(there: Workspace, path: str = "agent_context.json") -> str:
    """A file as it was pushed."""
    return git(Path(there.birth.inbox), "show", f"{there.birth.ref}:{path}")


def memory(there: Workspace) -> AgentContext:
    """The memory as it was pushed."""
    return AgentContext.model_validate_json(pushed(there))


def texts(request: Request) -> str:
    """Everything that a request says."""
    return "\n".join(str(message["content"]) for message in request.messages)


def results(request: Request) -> Sequence[dict[str, Any]]:
    """What the newest message of a request says of the calls before it."""
    content: Sequence[dict[str, Any]] = request.messages[-1]["content"]
    return content
