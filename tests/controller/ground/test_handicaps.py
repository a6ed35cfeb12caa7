"""End to end on the project's own tasks, with a scripted solver: a handicap is found, its mending too, and no more."""

import shutil
from pathlib import Path

import pytest

from controller.ground.task import split_of
from controller.run.comparing import Wanted, compare
from controller.settings.settings import Settings
from tests.controller.conftest import ROOT, git

TASKS = 10
PLAIN = '["bash", "-c", call["input"]["command"]]'
TIMED = '["timeout", "20", "bash", "-c", call["input"]["command"]]'
HANDICAPS = {"loses the end of a command": '["timeout", "20", "bash", "-c", call["input"]["command"][:400]]'}


def genome(operator: Path, shell: str) -> str:
    """The minimal genome with this shell; its commit."""
    main = operator / "agent" / "__main__.py"
    text = git(operator, "show", "main:agent/__main__.py") + "\n"
    assert PLAIN in text
    main.write_text(text.replace(PLAIN, shell))
    git(operator, "add", "-A")
    git(operator, "commit", "--quiet", "--allow-empty", "-m", f"A shell: {shell}")
    return git(operator, "rev-parse", "HEAD")


def bring_tasks(operator: Path) -> None:
    """Some of the project's own that selection may use."""
    proved = [path.parent for path in sorted((ROOT / "tasks").glob("*/proof.json"))]
    for folder in [one for one in proved if split_of(one.name) == "select"][:TASKS]:
        shutil.copytree(folder, operator / "tasks" / folder.name)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "verdicts"),
    [
        (HANDICAPS["loses the end of a command"], TIMED, {"better"}),
        (TIMED, HANDICAPS["loses the end of a command"], {"worse", "dropped (six)"}),
        (TIMED, TIMED, {"undecided"}),
    ],
    ids=["mended", "handicapped", "equal"],
)
def test_handicap_is_found(operator: Path, old: str, new: str, verdicts: set[str]) -> None:
    git(operator, "checkout", "--quiet", "-b", "genomes")
    a, b = genome(operator, old), genome(operator, new)
    bring_tasks(operator)
    settings = Settings(model="solver:0.9", isolation="bubblewrap")
    found, _ = compare(settings, operator, Wanted(a, b, repeats=2), lambda _: None, lambda _: None)
    assert found.verdict in verdicts, found
