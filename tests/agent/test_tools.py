"""Search, undo and history: over real git."""

from pathlib import Path

import pytest

from agent.code_map import symbols
from agent.errors import ToolError
from agent.models.messages import Call
from agent.toolbox import SHOWN, Toolbox
from agent.tools.history import History
from agent.tools.outline import Outline
from agent.tools.search import Search
from agent.tools.undo import Undo
from agent.workspace import Workspace
from tests.agent.fakes import git, workspace

WRONG = "def double(number: int) -> int:\n    return number * 3\n"


@pytest.fixture
def there(tmp_path: Path) -> Workspace:
    return workspace(tmp_path)


def write(there: Workspace, path: str, text: str) -> None:
    """Change a file, as any tool can, and note the state after it."""
    (there.root / path).write_text(text)
    there.step()


def test_text_and_names_are_found_but_nothing_that_git_ignores(there: Workspace) -> None:
    (there.root / ".gitignore").write_text("*.log\n")
    (there.root / "agent/new.log").write_text("double\n")
    (there.root / "agent/new.py").write_text("twice = double  # not committed yet\n")
    found = Search(pattern="double").run(there).text.splitlines()
    assert [line.split(":")[0] for line in found] == [
        "agent/new.py",
        "agent/sums.py",
        *["tests/agent/test_sums.py"] * 3,
    ]
    assert Search(pattern="doub|nothing", symbols=True, path="agent").run(there).text == (
        "agent/sums.py:4:def double(number: int) -> int:\n"
    )
    assert Search(pattern="nowhere").run(there).text == "nothing found"


def test_a_search_shows_what_stands_around_and_only_in_files_that_fit(there: Workspace) -> None:
    (there.root / "agent/notes.md").write_text("one\ndouble it\nthree\n")
    found = Search(pattern="double", glob="*.md", context=1).run(there).text
    assert found == "agent/notes.md-1-one\nagent/notes.md:2:double it\nagent/notes.md-3-three\n"
    for glob in ("agent/*.md", "**/*.md", "agent/**/notes.*", "notes.md"):
        assert Search(pattern="double", glob=glob).run(there).text == "agent/notes.md:2:double it\n"
    assert Search(pattern="double", glob="*.rst").run(there).text == "no file fits the glob"


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("agent/sums.py", "  4 def double(number: int) -> int:"),
        ("agent/__init__.py", "agent/__init__.py 26 A genome for tests."),
        ("tests", "tests/agent/test_sums.py 85 from agent.sums"),
        ("agent", "agent/__init__.py 26 A genome for tests.\nagent/sums.py 68 Sums."),
        (".", "protected.txt 16 The operator's."),
    ],
)
def test_an_outline_tells_what_a_place_holds(there: Workspace, path: str, told: str) -> None:
    assert told in Outline(path=path).run(there).text


def test_an_outline_that_cannot_be_made_says_why(there: Workspace) -> None:
    assert Outline(path="agent/nothing.py").run(there).text == "nothing is here"
    (there.root / "agent/odd.py").write_text("def (\n")
    with pytest.raises(ToolError, match=r"odd\.py does not compile"):
        Outline(path="agent/odd.py").run(there)
    with pytest.raises(ToolError, match="outside repository"):
        Outline(path="/etc").run(there)


def test_classes_and_functions_are_outlined_as_they_nest() -> None:
    text = "@cache\nclass A:\n    x = 1\n\n    async def f(self) -> None:\n        def g(): ...\n\nasync def h(): ...\n"
    lines = ["  2 class A:", "  5     async def f(self) -> None:", "  6         def g(): ...", "  8 async def h(): ..."]
    assert symbols(text) == lines


def test_a_search_that_git_cannot_make_says_why(there: Workspace) -> None:
    with pytest.raises(ToolError, match="git grep: fatal"):
        Search(pattern="(").run(there)
    with pytest.raises(ToolError, match="outside repository"):
        Search(pattern="root", path="/etc").run(there)


def test_a_git_that_takes_too_long_is_told_to_the_model(there: Workspace) -> None:
    (there.root / "agent/wide.md").write_text("x" * 4000)
    there.git_seconds = 0.2
    told = Toolbox(there, {"search": Search}).run(Call("7", "search", {"pattern": r"(.*)(.*)(.*)\1\2\3y"}))
    assert (told.error, told.text) == (True, "git grep: past 0.2 s")


def test_a_long_result_says_how_much_is_missing_and_how_to_see_it(there: Workspace) -> None:
    (there.root / "agent/long.md").write_text("a line to find\n" * 2000)
    told = Toolbox(there, {"search": Search}).run(Call("7", "search", {"pattern": "to find"})).text
    assert len(told) < SHOWN + 200
    assert "characters left out; ask for a part of it" in told


def test_the_last_change_is_taken_back_and_then_the_one_before(there: Workspace) -> None:
    before = (there.root / "agent/sums.py").read_text()
    write(there, "agent/sums.py", WRONG)
    write(there, "agent/new.py", "A = 1\n")
    (there.root / "agent/sums.py").unlink()
    there.step()
    assert Undo().run(there).text == "changed against the parent now: agent/new.py, agent/sums.py"
    assert (there.root / "agent/sums.py").read_text() == WRONG
    Undo().run(there)
    assert not (there.root / "agent/new.py").exists()
    for _ in range(2):
        assert Undo().run(there).text == "changed against the parent now: nothing"
        assert (there.root / "agent/sums.py").read_text() == before


def test_earlier_lives_are_found_by_what_they_said_also_when_the_memory_lost_it(there: Workspace) -> None:
    memory = (there.root / "agent_context.json").read_text()
    for text, subject in ((memory.replace("Grow", "Beware of eels, grow"), "1: eels"), (memory, "2: no fish")):
        (there.root / "agent_context.json").write_text(text)
        git(there.root, "commit", "-qam", f"{subject}\n\nHeirloom-Outcome: refused(tests)")
    assert "Heirloom-Outcome: refused(tests)" in History(query="FISH").run(there).text
    assert "Beware of eels" in History(query="Beware of e").run(there).text
    there.git(
        "update-ref", "refs/attempts/7.1", there.git("commit-tree", "HEAD^{tree}", "-m", "Tried with nets").strip()
    )
    assert "Tried with nets" in History(query="nets").run(there).text
    assert History(query="unheard of").run(there).text == "nothing found"
    with pytest.raises(ToolError, match="git log: fatal"):
        History(query="(").run(there)
