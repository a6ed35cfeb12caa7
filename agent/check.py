"""What a life asks of itself before it hands on code: does it compile, import, and pass its own tests?"""

import sys
from dataclasses import dataclass
from pathlib import Path

from agent.process import run
from agent.text import clip, syntax_problem

SECONDS = 180.0
SHOWN = 6000  # characters of a failure
SUITE = ("tests/agent", "tests/test_contract.py")
PYTEST = ("-q", "-x", "-m", "not slow", "--tb=short", "-p", "no:cacheprovider", "--import-mode=importlib")
NO_PLUGINS = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # as the gate does; it saves 0.7 s
PROGRAM = """\
import importlib, sys
split = sys.argv.index("--")
for name in sys.argv[1:split]: importlib.import_module(name)
import pytest
sys.exit(pytest.main(sys.argv[split + 1:]))
"""


@dataclass(frozen=True)
class Report:
    passed: bool
    text: str

    def __str__(self) -> str:
        return f"{'passed' if self.passed else 'failed'}: {self.text}"


def module_name(path: str) -> str:
    """How a source file is imported."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def check(root: Path, sources: dict[str, str], environment: dict[str, str], output: Path) -> Report:
    """Compile, import, test; a failure comes with what was printed."""
    if problem := next(filter(None, (syntax_problem(path, text) for path, text in sources.items())), ""):
        return Report(False, problem)
    modules = [module_name(path) for path in sources if path.startswith("agent/") and path.endswith(".py")]
    suite = [path for path in SUITE if (root / path).exists()]
    words = (sys.executable, "-c", PROGRAM, *modules, "--", *PYTEST, *suite)
    ending = run(words, root, {**environment, **NO_PLUGINS}, output, SECONDS)
    said = output.read_text(errors="replace").strip()
    if ending.limit or ending.code:
        how = ending.limit and f", stopped by a limit ({ending.limit})"
        return Report(False, f"exit {ending.code}{how}\n{clip(said, SHOWN, rest=f'the whole is in {output}')}")
    return Report(True, said.rpartition("\n")[2])
