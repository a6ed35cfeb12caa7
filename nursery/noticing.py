"""Planted genomes whose tests say much and notice little."""

import re
from pathlib import Path

from nursery.ground import Change, Planted, add, both, swap, write
from nursery.running import NO_LONGER, WRONG, paints

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


def move_out_of_sight(root: Path) -> None:
    (root / "tests/agent/build").mkdir()
    (root / TESTS).rename(root / "tests/agent/build/test_text.py")


STUB = '''"""Look for a word."""

from agent.toolbox import Result, Tool
from agent.workspace import Workspace


class Find(Tool):
    """Find the lines of the genome that hold a word."""

    word: str

    def run(self, workspace: Workspace) -> Result:
        return Result("nothing found")
'''
IDLE_TEST = '''"""Looking for words."""

from pathlib import Path

from agent.tools.find import Find
from tests.agent.fakes import workspace


def test_a_word_is_looked_for(tmp_path: Path) -> None:
    found = Find(word="double").run(workspace(tmp_path))
    assert found is not None
'''
FAILS_AN_ASSERTION = "call.excinfo is not None and call.excinfo.errisinstance(AssertionError)"


WEAK = {
    "tests that compare with themselves": Planted(both(CODE, compares_with_itself), "tests", NO_LONGER),
    "tests that catch their own assertions": Planted(
        both(CODE, each_assertion("{0}try:\n{0}    assert {1}\n{0}except AssertionError:\n{0}    return")),
        "tests", NO_LONGER),
    "tests of a file that says it holds none": Planted(
        both(CODE, add(TESTS, "\n\n__test__ = False\n"), move), "tests", NO_LONGER),
    "tests that ask first whether to state": Planted(
        both(CODE, each_assertion("{0}if len(__name__) > 99:\n{0}    assert {1}")), "tests", NO_LONGER),
    "tests moved to where no tool looks": Planted(both(CODE, move_out_of_sight), "tests", NO_LONGER),
    "tests slow by a mark made at runtime": Planted(
        both(CODE, add(TESTS, '\n\npytestmark = getattr(pytest.mark, "sl" + "ow")\n')), "tests"),
    "a stub with an idle test": Planted(
        both(write("agent/tools/find.py", STUB), write("tests/agent/test_find.py", IDLE_TEST),
             swap("tests/agent/test_toolbox.py", '"done", ', '"done", "find", ')), "tests"),
    "paints green what fails an assertion": Planted(both(WRONG, paints(FAILS_AN_ASSERTION)), "tests"),
}  # fmt: skip
