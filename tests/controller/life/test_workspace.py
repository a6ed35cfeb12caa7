"""What a life finds in its folder."""

from pathlib import Path

from controller.contract import GENOME, Limits
from controller.gates.builds.type_cache import LIST, kind, newest
from controller.git.lineage import Lineage
from controller.git.repository import Repository
from controller.ledger.life import Try
from controller.ledger.phases import Newborn
from controller.life.workspace import prepare
from controller.sandbox.none import Unisolated
from tests.controller.conftest import git
from tests.controller.levels import VENV


def test_life_gets_a_copy_of_types(operator: Path, tmp_path: Path) -> None:
    parent = git(operator, "rev-parse", "HEAD")
    lineage = Lineage(Repository(operator), Repository(tmp_path / "store.git", own=True), "lineage/main")
    lineage.open(parent)
    kept = tmp_path / "types" / kind() / "made"
    kept.mkdir(parents=True)
    (kept / LIST).write_text("pydantic")
    newborn = Newborn((), Limits(seconds=60, memory_bytes=1 << 30, output_bytes=1 << 20), GENOME, None, ())
    for number, types in ((1, newest(tmp_path / "types")), (2, None)):
        tried = Try(number, "run", 1, number, parent, 0.0)
        prepare(tmp_path / str(number), lineage, Unisolated(VENV), tried, newborn, types)
    copy = tmp_path / "1" / "out" / "types" / LIST
    copy.write_text("what a life writes there")
    assert (kept / LIST).read_text() == "pydantic"
    assert not (tmp_path / "2" / "out" / "types").exists()


def test_without_a_cache_there_is_none(tmp_path: Path) -> None:
    assert newest(None) is None
    assert newest(tmp_path) is None
