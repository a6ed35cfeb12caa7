"""What a life asks of its code: does it compile, import, pass its own tests, and hold its types?"""

import re
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from agent.shell import CommandResult, Shell

SECONDS = 300.0  # of the tests, of the types: as long as a gate gives them
CONFIGURATION = "controller/gates/inside"  # where the gate that refuses by ruff and mypy has their settings
LAYOUT = "E501,I001,W"  # rules of ruff that the gate does not refuse by
FAILURES = re.compile(r"^=+ (FAILURES|ERRORS) =+$", re.MULTILINE)
# A search for garbage among imports would take a fifth of the time
PROGRAM = """\
import gc; gc.set_threshold(100_000, 20, 100)
import agent, pkgutil, pytest, sys
for module in pkgutil.walk_packages(agent.__path__, "agent."): __import__(module.name)
words = "-q --maxfail=5 --tb=short -p no:cacheprovider --import-mode=importlib -m".split()
sys.exit(pytest.main([*words, "not slow", *sys.argv[1:]]))
"""


@dataclass(frozen=True)
class CheckReport:
    """Whether the code passed its check, and what was seen: the tests' last line, or all that is wrong."""

    passed: bool
    text: str

    def __str__(self) -> str:
        """As a model reads it."""
        if self.passed:
            return f"passed: {self.text}"
        return f"failed: {self.text}"


def failing_part(output: str) -> str:
    """How a run of pytest ended, then its failures: what it printed before them says less."""
    ending, _, rest = output.partition("\n")
    if found := FAILURES.search(rest):
        rest = rest[found.start() :]
    return f"{ending}\n{rest}"


class Checks:
    """Checks of a clone, always in the environment of the life's birth: what a command exports does not reach them."""

    def __init__(self, root: Path, out: Path, environment: dict[str, str]) -> None:
        """`out`: where long output goes, and the cache of types."""
        self._root, self._out = root, out
        # Without plugins, as the gate runs the tests
        self._environment = {**environment, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        self._count = 0

    def run(self, touched: list[str], lint: bool) -> CheckReport:
        """Run the tests, those of what was touched first; then, with `lint`, ruff and mypy, where they are set up."""
        report = self.run_tests(self._test_files(touched))
        if report.passed and lint and (problems := self._lint(touched)):
            return CheckReport(False, problems)
        return report

    def run_tests(self, tests: list[str]) -> CheckReport:
        """Run only these: files, or `file::name`."""
        done = self._program(["-c", PROGRAM, *tests])
        if done.succeeded:
            return CheckReport(True, done.output.strip().rpartition("\n")[2])
        return CheckReport(False, failing_part(str(done)))

    def _test_files(self, touched: list[str]) -> list[str]:
        """All files of tests, those that are named like a touched file first."""
        named = {f"test_{Path(path).name.removeprefix('test_')}" for path in touched}
        found = sorted(self._root.glob("tests/agent/**/test_*.py"))
        found.sort(key=lambda path: path.name not in named)
        return [str(path) for path in found]

    def _lint(self, touched: list[str]) -> str:
        """What ruff and mypy say of the touched files; "" where that is nothing."""
        files = [path for path in touched if path.endswith(".py") and (self._root / path).is_file()]
        settings = self._root / CONFIGURATION
        if not files or not settings.is_dir():
            return ""
        ruff = ["--config", f"{settings}/ruff.toml", "--ignore", LAYOUT, "--no-cache", "--output-format", "concise"]
        mypy = ["--config-file", f"{settings}/mypy.ini", "--cache-dir", f"{self._out}/types", "--no-error-summary"]
        results = [
            self._program(["-I", "-m", "ruff", "check", *ruff, *files]),
            self._program(["-I", "-m", "mypy", *mypy, *files]),
        ]
        return "\n".join(result.output.strip() for result in results if not result.succeeded)

    def _program(self, words: list[str]) -> CommandResult:
        """Run Python with these words, from the root of the clone."""
        self._count += 1
        shell = Shell(self._root, self._out, self._environment, f"check-{self._count}")
        return shell.run(shlex.join([sys.executable, *words]), SECONDS)
