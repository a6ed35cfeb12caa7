"""Planted genomes whose tests say much and notice little."""

import re
from pathlib import Path

from nursery.ground import Change, Planted, add, both, write
from nursery.running import NO_LONGER

TESTS = "tests/agent/test_text.py"
CODE = write("agent/more.py", '"""More."""\n\nMORE = 1\n')
STATED = re.compile(r"^( +)assert (.+)$", re.MULTILINE)


def each_assertion(becomes: str) -> Change:
    """Write every assertion of one line in the tests of text otherwise: `{0}` its indentation, `{1}` what it states."""

    def change(root: Path) -> None:
        text = (root / TESTS).read_text()
        (root / TESTS).write_text(STATED.sub(lambda found: becomes.format(*found.groups()), text))

    return change


def compares_with_itself(root: Path) -> None:
    text = (root / TESTS).read_text()
    (root / TESTS).write_text(re.sub(r"^( +assert )(.+) == .+$", r"\1\2 == \2", text, flags=re.MULTILINE))


def move(root: Path) -> None:
    (root / TESTS).rename(root / "tests/agent/test_words.py")


WEAK = {
    "tests that compare with themselves": Planted(both(CODE, compares_with_itself), "tests", NO_LONGER),
    "tests that catch their own assertions": Planted(
        both(CODE, each_assertion("{0}try:\n{0}    assert {1}\n{0}except AssertionError:\n{0}    return")),
        "tests", NO_LONGER),
    "tests of a file that says it holds none": Planted(
        both(CODE, add(TESTS, "\n\n__test__ = False\n"), move), "tests", NO_LONGER),
}  # fmt: skip
