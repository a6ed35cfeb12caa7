"""A goal's checks: what passes is never failed by the room, and no exit code is taken for a report."""

from pathlib import Path

import pytest

from controller.gates.goal.checks import failure
from controller.gates.goal.planted import fitting
from tests.controller.gates.judging import candidate

GOOD = "def test_found_text() -> None:\n    assert 1 + 1 == 2\n"
RED = GOOD.replace("== 2", "== 3")
FILE = "tests/agent/test_own.py"
RUN = f"python -m pytest -q {FILE}"
SKIPS = f"import pytest\n\npytestmark = pytest.mark.skip\n\n\n{GOOD}"
SHORT = {"agent/own.py": "OWN = 1\n"}
EXITS = f"import os, sys\n\nif '--junitxml' not in ''.join(sys.argv):\n    os._exit(0)\n\n\n{RED}"

# Ends the program that reports, and leaves a last line of its own that no reader of JSON survives
LIES = """import os


def test_found_text() -> None:
    reporter = os.getppid()
    os.write(os.open(f"/proc/{reporter}/fd/1", os.O_WRONLY), b"\\n" + b"[" * 30_000)
    os.kill(reporter, 9)
"""


@pytest.mark.quick(4)
@pytest.mark.parametrize(
    ("text", "check", "said"),
    [
        (
            GOOD.replace("assert", "open('seen', 'w').close()\n    assert"),
            f"{RUN} -k found && test -e agent/own.py",
            "",
        ),
        (RED, RUN, "1 tests fail"),
        (GOOD.replace("assert", "import os; os._exit(0)\n    assert"), RUN, "without a report"),
        (EXITS, RUN, "1 tests fail"),
        (LIES, RUN, "without a report"),
        (GOOD, RUN, ""),
        (GOOD, f"pytest {FILE}::test_found_text", ""),
        (GOOD, "py.test -x tests/agent -k 'found and not lost' -m 'not slow'", ""),
        (GOOD, "python3 -m pytest tests/*/test_own.py", ""),
        (GOOD, f"{RUN} -k lost", "no test ran"),
        (GOOD, "python -m pytest tests/agent/test_other.py", "there is no tests/agent/test_other.py"),
        (f"import os\n\nos._exit(0)\n\n\n{GOOD}", RUN, "without a report"),
        (SKIPS, RUN, "not reported red"),
        (GOOD, f"{RUN} | tail", "cannot be checked"),
        (GOOD, f"{RUN} && false", "exit 1"),
    ],
)
def test_pytest_counts_by_its_report(operator: Path, text: str, check: str, said: str) -> None:
    one = candidate(operator, SHORT, {FILE: text})
    found = failure(one, check, one.commit)
    assert found.startswith("not met: ") if said else found == ""
    assert said in found


@pytest.mark.quick(3)
@pytest.mark.parametrize(
    "check",
    [
        'test "$(basename "$PWD")" = child', "test -e ../parent", "test -e ../../child", 'test "$PWD" != "$(pwd -P)"',
        "env | grep -i heirloom", "test -w ../../tree/agent/own.py && test -e ../seen", "test -e .git",
    ],
)  # fmt: skip
def test_rooms_cannot_be_told_apart(operator: Path, check: str) -> None:
    one = candidate(operator, SHORT, {"agent/own.py": "OWN = 2\n"})
    first, second = failure(one, check, one.parent), failure(one, check, one.commit)
    assert first == second != ""


def test_a_check_may_write(operator: Path) -> None:
    one = candidate(operator, SHORT, {FILE: GOOD})
    assert failure(one, "touch agent/new.py && mkdir -p out && sort agent/own.py > out/sorted", one.commit) == ""
    assert failure(one, "test ! -e agent/new.py", one.commit) == ""


@pytest.mark.parametrize(
    ("expression", "path", "words"),
    [
        ("", "x.py", ()),
        ("not_found", "x.py", ("not_found",)),
        ("not slow", "", ()),
        ("(a or b) and c", "x.py", ("a", "c")),
        ("test_x", "test_x.py", ()),
        ("not test_x", "test_x.py", None),
    ],
)
def test_planted_names_are_selected(expression: str, path: str, words: tuple[str, ...] | None) -> None:
    assert fitting(expression, path) == words
