"""What a life asks of its code: does it compile, import, and pass its own tests?"""

import shlex
import sys
from pathlib import Path

from agent.shell import Shell

SECONDS = 180.0
PROGRAM = """\
import agent, pkgutil, pytest, sys
for module in pkgutil.walk_packages(agent.__path__, "agent."): __import__(module.name)
words = "-q --maxfail=5 --tb=short -p no:cacheprovider --import-mode=importlib -m".split()
sys.exit(pytest.main([*words, "not slow", *sys.argv[1:]]))
"""


def check(root: Path, touched: list[str], shell: Shell) -> str:
    """What passed, or failed and how. The tests of what was touched come first."""
    first = {f"test_{Path(path).name.removeprefix('test_')}" for path in touched}
    suite = sorted(
        map(str, root.glob("tests/agent/**/test_*.py")), key=lambda path: (Path(path).name not in first, path)
    )
    words = shlex.join([sys.executable, "-c", PROGRAM, *suite])
    # Without plugins, as the gate does it.
    said = shell.run(f"(cd {shlex.quote(str(root))}; PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 {words})", SECONDS).strip()
    return f"passed: {said.rpartition(chr(10))[2]}" if said.startswith("[exit 0]") else f"failed: {said}"
