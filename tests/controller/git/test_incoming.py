"""What a life pushes is measured before it is kept, and nothing of a bomb stays."""

from pathlib import Path

import pytest

from controller.contract import push_ref
from controller.errors import PastBounds
from controller.git import incoming
from controller.git.lineage import Lineage
from controller.git.repository import Repository
from nursery.bombs import BOMBS, plant
from nursery.trees import entries_of, write_tree
from tests.controller.conftest import git

UPLOAD = "git upload-pack"


@pytest.fixture
def lineage(operator: Path) -> Lineage:
    """A lineage that stands at the operator's commit."""
    found = Lineage(Repository(operator), Repository(operator.parent / "store.git", own=True), "lineage/main")
    found.open(git(operator, "rev-parse", "HEAD"))
    return found


@pytest.fixture
def inbox(operator: Path, tmp_path: Path) -> Path:
    """An inbox that knows the parent."""
    git(tmp_path, "clone", "--quiet", "--bare", str(operator), "inbox.git")
    return tmp_path / "inbox.git"


def fetch(lineage: Lineage, inbox: Path) -> str | None:
    """Fetch what was pushed for the first try of the first generation."""
    return lineage.fetch(1, 1, lineage.head(), UPLOAD, str(inbox))


SLOW = [pytest.param(name, marks=pytest.mark.slow) for name in BOMBS if not name.startswith("10**8")]


@pytest.mark.parametrize("name", ["10**8 paths in ten trees", *SLOW])
def test_a_bomb_is_not_kept(lineage: Lineage, inbox: Path, name: str) -> None:
    commit = plant(inbox, name, lineage.head())
    git(inbox, "update-ref", push_ref(1, 1), commit)
    try:
        assert fetch(lineage, inbox) is None
    except PastBounds as error:
        assert len(str(error)) < 200
    assert lineage.store.tip(lineage.attempt_ref(1, 1)) is None
    assert lineage.store.resolve(commit) is None
    assert not list(lineage.store.path.glob("incoming-*"))


def test_a_plain_push_is_kept(lineage: Lineage, inbox: Path) -> None:
    commit = git(inbox, "commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", "Plain")
    git(inbox, "update-ref", push_ref(1, 1), commit)
    assert fetch(lineage, inbox) == commit == lineage.store.tip(lineage.attempt_ref(1, 1))


def test_many_refs_cost_little(lineage: Lineage, inbox: Path) -> None:
    head = git(inbox, "rev-parse", "HEAD")
    lines = [f"{head} refs/heads/{number}\n" for number in range(100_000)]
    (inbox / "packed-refs").write_text("".join(sorted(lines)) + f"{head} {push_ref(1, 1)}\n")
    assert fetch(lineage, inbox) == head


@pytest.mark.parametrize("name", ["10**8 paths in ten trees", "trees nested 25,000 deep"])
def test_a_kept_bomb_stops_no_reader(lineage: Lineage, name: str) -> None:
    commit = plant(lineage.store.path, name, lineage.head())
    with pytest.raises(PastBounds):
        lineage.changes(lineage.head(), commit)


def test_leftovers_of_a_killed_controller_go(lineage: Lineage) -> None:
    (lineage.store.path / "incoming-1.1").mkdir()
    incoming.remove_all(lineage.store.path)
    assert not list(lineage.store.path.glob("incoming-*"))


ODD = {
    "a folder that is a file": ("40000", "HEAD:agent/__init__.py"),
    "a file that is a folder": ("100644", "HEAD:agent"),
    "a link that is a folder": ("120000", "HEAD:agent"),
    "a file that is a commit": ("100644", "HEAD"),
    "a submodule that is a folder": ("160000", "HEAD:agent"),
    "a submodule of the parent": ("160000", "HEAD"),
    "a mode of old": ("100664", "HEAD:agent/__init__.py"),
    "a mode of none": ("0", "HEAD:agent/__init__.py"),
    "a pipe": ("10000", "HEAD:agent/__init__.py"),
    "what is not there": ("100644", "1" * 40),
}
# Names that a reader of lines takes for several: of them only the gate may speak
NAMES = ("a\nb", "a\x0cHEAD", "a\x85b", "a\u2028b", "a\x1cb", "a\rb", "a\x1b[2J", 'a\t"b', "\udcff\udcfe", "..\\b")


@pytest.mark.parametrize("name", ODD)
def test_an_odd_entry_stops_no_reader(lineage: Lineage, inbox: Path, tmp_path: Path, name: str) -> None:
    mode, what = ODD[name]
    held = what if what[0] == "1" else git(inbox, "rev-parse", what)
    tree = write_tree(inbox, [*entries_of(inbox, "HEAD^{tree}"), (mode, "odd", held)])
    git(inbox, "update-ref", push_ref(1, 1), git(inbox, "commit-tree", tree, "-p", "HEAD", "-m", "Odd"))
    commit = fetch(lineage, inbox)
    if commit is not None:
        assert [change.path for change in lineage.changes(lineage.head(), commit)] == ["odd"]
        assert lineage.tree_without_context(commit)


def test_an_odd_name_is_one_path(lineage: Lineage, inbox: Path) -> None:
    blob = git(inbox, "rev-parse", "HEAD:agent/__init__.py")
    tree = write_tree(inbox, [*entries_of(inbox, "HEAD^{tree}"), *(("100644", name, blob) for name in NAMES)])
    git(inbox, "update-ref", push_ref(1, 1), git(inbox, "commit-tree", tree, "-p", "HEAD", "-m", "Odd"))
    commit = fetch(lineage, inbox)
    assert commit is not None
    assert {change.path for change in lineage.changes(lineage.head(), commit)} == set(NAMES)
