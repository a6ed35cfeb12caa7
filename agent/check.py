"""What a life asks of itself before it hands on code: does it compile, import, and pass its own tests?"""

import sys
from pathlib import Path

from agent.shell import run
from agent.text import clip, syntax_problem

SECONDS = 180.0
SHOWN = 6000  # characters of a failure
PROGRAM = """\
import agent, pkgutil, pytest, sys
for module in pkgutil.walk_packages(agent.__path__, "agent."): __import__(module.name)
words = "-q -x --tb=short -p no:cacheprovider --import-mode=importlib -m".split()
sys.exit(pytest.main([*words, "not slow", *sys.argv[1:]]))
"""


def check(root: Path, sources: dict[str, str], touched: list[str], environment: dict[str, str], out: Path) -> str:
    """What passed, or failed and how. The tests of what was touched come first."""
    if problem := next(filter(None, (syntax_problem(path, text) for path, text in sources.items())), ""):
        return f"failed: {problem}"
    first = {f"test_{Path(path).name.removeprefix('test_')}" for path in touched}
    tests = [*root.glob("tests/agent/**/test_*.py"), *root.glob("tests/test_contract.py")]
    suite = sorted(map(str, tests), key=lambda path: (Path(path).name not in first, path))
    environment = {**environment, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # as the gate does
    code, limit = run((sys.executable, "-c", PROGRAM, *suite), root, environment, out, SECONDS)
    said = out.read_text(errors="replace").strip()
    if limit or code:
        return f"failed: exit {code} {limit}\n{clip(said, SHOWN, rest=f'the whole is in {out}')}"
    return f"passed: {said.rpartition(chr(10))[2]}"
