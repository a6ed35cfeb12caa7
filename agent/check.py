"""What a life asks of itself before it hands on code: does it compile, import, and pass its own tests?"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from agent.process import run
from agent.text import clip, syntax_problem

SECONDS = 180.0
SHOWN = 6000  # characters of a failure
SUITE = ("tests/agent", "tests/test_contract.py")
PYTEST = (
    "-m",
    "pytest",
    "-q",
    "-x",
    "-m",
    "not slow",
    "--tb=short",
    "-p",
    "no:cacheprovider",
    "--import-mode=importlib",
)
IMPORTS = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)"


@dataclass(frozen=True)
class Report:
    """A check's answer; `text` is for the model."""

    passed: bool
    text: str

    def __str__(self) -> str:
        return f"{'passed' if self.passed else 'failed'}: {self.text}"


def sources(root: Path) -> list[Path]:
    """The Python files of the genome, below the root."""
    found = [path.relative_to(root) for folder in ("agent", "tests/agent") for path in (root / folder).rglob("*.py")]
    return sorted(path for path in found if "__pycache__" not in path.parts)


def module_name(path: Path) -> str:
    """How a source file is imported."""
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def check(root: Path, out: Path, environment: Mapping[str, str], seconds: float = SECONDS) -> Report:
    """Compile, import, test: the first that fails is told, with what it printed."""
    files = sources(root)
    for path in files:
        if problem := syntax_problem(str(path), (root / path).read_text(errors="replace")):
            return Report(False, problem)
    modules = [module_name(path) for path in files if path.parts[0] == "agent" and path.name != "__main__.py"]
    steps = {
        "importing every module of agent/": ("-c", IMPORTS, *modules),
        "the tests": (*PYTEST, *(path for path in SUITE if (root / path).exists())),
    }
    said = ""
    for name, words in steps.items():
        output = out / "check.txt"
        ending = run((sys.executable, *words), root, environment, output, seconds)
        said = output.read_text(errors="replace").strip()
        if ending.limit:
            return Report(False, f"{name} took longer than {seconds:g} s\n{clip(said, SHOWN)}")
        if ending.code != 0:
            return Report(False, f"{name} ended with exit {ending.code}\n{clip(said, SHOWN, rest=str(output))}")
    return Report(True, said.rpartition("\n")[2] or "compiles and imports")
