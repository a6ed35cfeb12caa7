"""The steps of `bench tokens` through mini-swe-agent: as its commands, and what that would cost."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.parts.ground import this_repository
from bench.parts.priced import BYTES, Cost

EDITOR = "str_replace_based_edit_tool"
Step = tuple[str, dict[str, Any]]


def as_command(name: str, given: dict[str, Any]) -> str:
    """A step as mini-swe-agent makes it: its one tool is a shell."""
    path = given.get("path", "")
    match given["command"] if name == EDITOR else "":
        case "view":
            return f"nl -ba {path}"
        case "create":
            return f"cat <<'EOF' > {path}\n{given['file_text']}EOF"
        case "str_replace":
            return f"sed -i 's/{given['old_str']}/{given['new_str']}/' {path}"
    return str(given["command"])


def through_mini(python: str, folder: Path, task: str, steps: Sequence[Step]) -> Cost:
    """The same steps through mini-swe-agent; its one breakpoint stands at the last message of each request."""
    commands = [*(as_command(*step) for step in steps), "echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT"]
    task_given = {"root": str(this_repository(folder / f"mini-{len(task)}")), "task": task, "commands": commands}
    words = [python, str(Path(__file__).with_name("mini.py"))]
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "MSWEA_SILENT_STARTUP": "1"}
    given = json.dumps(task_given)
    done = subprocess.run(words, input=given, stdout=subprocess.PIPE, text=True, check=True, env=environment)
    answer = json.loads(done.stdout)
    cost, known = Cost(), 0
    for count in answer["sent"]:
        sent = sum(len(json.dumps(one)) for one in answer["messages"][:count])
        cost.calls += 1
        cost.read += known / BYTES
        cost.written += (sent - known) / BYTES
        known = sent
    return cost
