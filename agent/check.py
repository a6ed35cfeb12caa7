"""What a life asks of itself before it hands on code: does it compile, import, and pass its own tests?"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from agent.process import run
from agent.text import clip, syntax_problem
from controller.contract import GENOME_BYTES

SECONDS = 180.0
SHOWN = 6000  # characters of a failure
SUITE = ("tests/agent", "tests/test_contract.py")
PYTEST = ("-m", "pytest", "-q", "-x", "-m", "not slow", "--tb=short", "-p", "no:cacheprovider",
          "--import-mode=importlib")  # fmt: skip
PLAIN = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # as the gate does; it saves 0.7 s
IMPORTS = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)"


@dataclass(frozen=True)
class Report:
    passed: bool
    text: str

    def __str__(self) -> str:
        return f"{'passed' if self.passed else 'failed'}: {self.text}"


def module_name(path: str) -> str:
    """How a source file is imported."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def check(root: Path, sources: Mapping[str, str], environment: Mapping[str, str], output: Path) -> Report:
    """Compile, weigh, import, test: the first that fails is told with what it printed."""
    if broken := [problem for path, text in sources.items() if (problem := syntax_problem(path, text))]:
        return Report(False, broken[0])
    weight = sum(len(text.encode()) for path, text in sources.items() if path.startswith("agent/"))
    if weight > GENOME_BYTES:
        return Report(False, f"agent/ weighs {weight:,} bytes; at most {GENOME_BYTES:,} are allowed")
    modules = [module_name(path) for path in sources if path.startswith("agent/") and path.endswith(".py")]
    steps = {
        "importing all of agent/": ("-c", IMPORTS, *modules),
        "the tests": (*PYTEST, *(path for path in SUITE if (root / path).exists())),
    }
    said = ""
    for name, words in steps.items():
        ending = run((sys.executable, *words), root, {**environment, **PLAIN}, output, SECONDS)
        said = output.read_text(errors="replace").strip()
        if ending.limit or ending.code:
            how = f"hit a limit ({ending.limit})" if ending.limit else f"ended with exit {ending.code}"
            return Report(False, f"{name} {how}\n{clip(said, SHOWN, rest=f'the whole is in {output}')}")
    return Report(True, said.rpartition("\n")[2])
