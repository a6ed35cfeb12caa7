"""Runs in the room, from the candidate's tree: compile its Python files, then import every module of agent/.

Prints one line of JSON: {"error": text or null, "modules": count}. Whatever the candidate does at import can end this
process early; then the line is missing, and the gate refuses.
"""

import importlib
import json
import sys
import traceback
from pathlib import Path


def problem() -> tuple[str | None, int]:
    """The first thing that is wrong, and how many modules were imported."""
    sources = sorted(path for folder in ("agent", "tests/agent") for path in Path(folder).rglob("*.py"))
    for path in sources:
        try:
            compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            return f"{path} does not compile: {error}", 0
    if not Path("agent/__main__.py").is_file():
        return "agent/__main__.py is missing: `python -m agent` would not start", 0
    modules = [path for path in sources if path.parts[0] == "agent" and path.name != "__main__.py"]
    sys.path.insert(0, str(Path.cwd()))
    for path in modules:
        name = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        try:
            importlib.import_module(name)
        except BaseException:  # noqa: BLE001 - a module may raise anything at import, SystemExit too
            return f"{name} does not import:\n{traceback.format_exc(limit=-3)}", 0
    return None, len(modules)


if __name__ == "__main__":
    error, count = problem()
    sys.__stdout__.write("\n" + json.dumps({"error": error, "modules": count}) + "\n")  # type: ignore[union-attr]
