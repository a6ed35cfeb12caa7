"""A scripted model that knows the proving ground's solutions, and succeeds with a stated chance: it tests the ground.

It does nothing by itself. It drives the genome through the tools that its requests offer (an editor, a shell), as a
model would, so that a genome whose editor loses a line or whose shell never comes back fails more often than another.
Which task it is stands in the admission; the solutions stay in this process.
"""

import base64
import difflib
import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from controller.contract import ModelInfo
from controller.errors import RequestError
from controller.gateway.admission import Admission
from controller.gateway.upstreams.upstream import JSON, Reply

MODEL = ModelInfo(id="solver", output=32_000)
TASKS = Path(__file__).parents[3] / "tasks"  # of the operator's checkout
MIDDLE = 3  # the level at which the chance is the stated one
HANGS = 4  # one task of so many meets a command that never ends
WAIT = "tail -f /dev/null"  # for ever
LINE = re.compile(r"[^\n]*\n|[^\n]+")
EDITOR = {"command", "path", "file_text", "old_str", "new_str"}
END = "END_OF_FILE"


def make(addresses: Sequence[str], keys: Mapping[str, str | None]) -> "Solver":
    """The upstream `solver:P`. Raises RequestError where P is no chance."""
    try:
        chance = float(addresses[0])
    except ValueError:
        chance = -1.0
    if not 0 <= chance <= 1:
        raise RequestError(f"--model solver:{addresses[0]}: give a chance from 0 to 1, as solver:0.8")
    return Solver(chance)


@dataclass(frozen=True)
class Known:
    """A task that the solver knows."""

    folder: Path

    @cached_property
    def level(self) -> int:
        """From 1, easy, to 5."""
        sheet = tomllib.loads((self.folder / "task.toml").read_text())
        return int(sheet["metadata"]["level"])

    def succeeds(self, chance: float, seed: int, repeat: int) -> bool:
        """Whether it is solved this time: the same for the same task, seed and repeat, whatever the genome."""
        return draw(f"{seed} {self.folder.name} {repeat}") < chance_at(chance, self.level)

    @property
    def hangs(self) -> bool:
        """Whether work on it meets a command that never ends."""
        return draw(self.folder.name) * HANGS < 1

    def steps(self) -> Iterator["Write | Remove"]:
        """What the solution does to the files of the start."""
        root = self.folder / "solution"
        for path in sorted(root.rglob("*")):
            name = path.relative_to(root).as_posix()
            if name == ".removed":
                for gone in path.read_text().split("\n"):
                    if gone.strip():
                        yield Remove(gone.strip())
            elif path.is_file() and "__pycache__" not in path.parts:
                old = self.folder / "start" / name
                yield Write(name, path.read_bytes(), old.read_bytes() if old.is_file() else None)


@dataclass(frozen=True)
class Write:
    """A file that is to hold `data`; `old`: what it holds at the start, None: it is not there."""

    path: str
    data: bytes
    old: bytes | None

    def by_editor(self) -> JSON | None:
        """The call of an editor that makes it so: one replacement, or all of it; None: it is no text."""
        try:
            text, old = self.data.decode(), (self.old or b"").decode()
        except UnicodeDecodeError:
            return None
        before, after = changed_part(old, text)
        if before:
            return {"command": "str_replace", "path": self.path, "old_str": before, "new_str": after}
        return {"command": "create", "path": self.path, "file_text": text}

    def by_shell(self) -> str:
        """The command that makes it so."""
        folder = self.path.rpartition("/")[0] or "."
        return f"mkdir -p '{folder}'\nbase64 -d >'{self.path}' <<'{END}'\n{base64.encodebytes(self.data).decode()}{END}"


@dataclass(frozen=True)
class Remove:
    """A file that goes."""

    path: str

    def by_shell(self) -> str:
        """The command that removes it."""
        return f"rm -f '{self.path}'"


class Solver:
    """The upstream `solver:P`. `folders`: whose folders are tasks."""

    name, paid = "solver", False

    def __init__(self, chance: float, folders: Sequence[Path] = (TASKS,)) -> None:
        self._chance = chance
        self._known: dict[str, Known] = {}
        for folder in folders:
            for file in sorted(folder.glob("*/instruction.md")):
                self._known[plain(file.read_text())] = Known(file.parent)
        self._work: dict[int, list[Write | Remove | str]] = {}  # by try: what is left to do, the next one last
        self._doing: dict[int, Write | Remove | str] = {}

    def models(self) -> tuple[ModelInfo, ...]:
        """The one model it is."""
        return (MODEL,)

    def reply(self, request: JSON, admission: Admission) -> Reply:
        """The next call, by the tools that the request offers; words where nothing is left to do."""
        tools = {str(tool["name"]): tool for tool in request.get("tools", [])}
        editor = next((name for name, tool in tools.items() if is_editor(tool)), "")
        if "bash" not in tools and not editor:
            return self._answer_question(tools)
        left = self._left(admission)
        doing = self._doing.pop(admission.try_id, None)
        if isinstance(doing, Write) and failed(request) and "bash" in tools:
            return self._call(admission, "bash", {"command": doing.by_shell()})
        if not left:
            return Reply([{"type": "text", "text": "That is what I could do."}])
        step = self._doing[admission.try_id] = left.pop()
        edit = step.by_editor() if isinstance(step, Write) and editor else None
        if edit is not None:
            return self._call(admission, editor, edit)
        if "bash" not in tools:
            return self.reply(request, admission)
        if isinstance(step, str):
            return self._call(admission, "bash", patient(tools["bash"], step))
        return self._call(admission, "bash", {"command": step.by_shell()})

    def _left(self, admission: Admission) -> list[Write | Remove | str]:
        """What is left to do in a life. A task that is not known, or that fails this time, is only looked at."""
        if admission.try_id not in self._work:
            steps: list[Write | Remove | str] = ["ls"]
            known = self._known.get(plain(admission.instruction))
            if known is not None and known.hangs:
                steps.append(WAIT)
            if known is not None and known.succeeds(self._chance, admission.seed, admission.repeat):
                steps += known.steps()
            self._work[admission.try_id] = steps[::-1]
        return self._work[admission.try_id]

    def _call(self, admission: Admission, name: str, given: JSON) -> Reply:
        left = len(self._work[admission.try_id])
        call = {"type": "tool_use", "id": f"toolu_{admission.try_id}_{left}", "name": name, "input": given}
        return Reply([call], "tool_use")

    def _answer_question(self, tools: Mapping[str, JSON]) -> Reply:
        """An answer of the shape that is asked for: a genome may plan before it works."""
        if not tools:
            return Reply([{"type": "text", "text": "I do what is asked."}])
        name, tool = next(iter(tools.items()))
        call = {"type": "tool_use", "id": "toolu_0", "name": name, "input": filled(tool.get("input_schema", {}))}
        return Reply([call], "tool_use")


def chance_at(chance: float, level: int) -> float:
    """The chance at a level: the stated one in the middle, more below and less above; 0 and 1 stay what they are."""
    return float(chance ** ((level + 1) / (MIDDLE + 1)))


def draw(text: str) -> float:
    """A number from 0 to below 1, the same for the same text."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:13], 16) / 16**13


def plain(text: str) -> str:
    """A text without what lies between its words."""
    return "".join(text.split())


def is_editor(tool: JSON) -> bool:
    """Whether a tool edits files as the provider's own text editor does."""
    if str(tool.get("type", "")).startswith("text_editor_"):
        return True
    return set(tool.get("input_schema", {}).get("properties", {})) >= EDITOR


def patient(tool: JSON, command: str) -> JSON:
    """A call of the shell that may end a command after a second, where the tool knows such a bound."""
    if "timeout" in tool.get("input_schema", {}).get("properties", {}):
        return {"command": command, "timeout": 1}
    return {"command": command}


def failed(request: JSON) -> bool:
    """Whether the newest message says that a call was not done."""
    content = request["messages"][-1]["content"]
    return isinstance(content, list) and any(block.get("is_error") for block in content)


def changed_part(old: str, new: str) -> tuple[str, str]:
    """The lines in which two texts differ, with as many around them as make the first part unique in the old text."""
    before, after = LINE.findall(old), LINE.findall(new)
    blocks = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    differing = [block for block in blocks if block[0] != "equal"]
    if not differing:
        return "", ""
    first, last = differing[0][1], differing[-1][2]
    shift = len(after) - len(before)
    while first > 0 or last < len(before):
        part = "".join(before[first:last])
        if part.strip() and old.find(part) == old.rfind(part):
            break
        first, last = max(first - 1, 0), min(last + 1, len(before))
    return "".join(before[first:last]), "".join(after[first : last + shift])


def filled(schema: JSON) -> Any:
    """The plainest value of a JSON schema, as far as a plan needs one."""
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "string")
    if kind == "object":
        required = schema.get("required", [])
        return {name: filled(schema.get("properties", {}).get(name, {})) for name in required}
    if kind == "array":
        return [filled(schema.get("items", {}))] * schema.get("minItems", 1)
    return {"integer": 1, "number": 1, "boolean": True}.get(kind, "What is asked")
