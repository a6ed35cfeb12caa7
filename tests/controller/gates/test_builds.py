"""Types and lint: no error that the parent had not; and whose cache mypy starts from."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from controller.gates.builds import type_cache
from controller.gates.builds.gate import builds
from controller.gates.candidate import INSIDE, Candidate
from controller.gates.judging import furnish
from controller.ledger.report import Report
from controller.run.compose import VENV
from controller.sandbox.bubblewrap import Bubblewrap
from tests.controller.conftest import ROOT
from tests.controller.gates.judging import Files, candidate

PLAIN = "X: int = 1\n"
WRONG = 'X: int = "one"\n'


def judge(operator: Path, after: Files, before: Files | None = None) -> Report:
    made = candidate(operator, before or {"agent/more.py": PLAIN}, after)
    furnish(made)
    return builds(made)


TOLD = json.dumps({"error": None, "modules": 99})
PRINTS = f"import os\nprint({TOLD!r}, flush=True)\nos._exit(0)\n"
PRINTS_ERRORS = f"import os\nos.write(2, b'{TOLD}\\n')\nos._exit(7)\n"
FINDS_THE_NUMBER = """import json
import os
import sys
frame = sys._getframe()
while "number" not in frame.f_locals:
    frame = frame.f_back
told = {"number": frame.f_locals["number"], "error": ""}
os.write(frame.f_locals["pipe"], json.dumps(told).encode() + bytes([10]))
os._exit(0)
"""
WRITES_EVERYWHERE = """import os
for stream in range(3, 20):
    try:
        os.write(stream, b'{"number": "", "error": ""}' + bytes([10]))
    except OSError:
        pass
while True:
    pass
"""
OPENS_OUR_OUTPUT = "import os\nos.close(os.open(f'/proc/{os.getppid()}/fd/1', os.O_WRONLY))\n"


@pytest.mark.quick(2)
@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PRINTS, "ended with 0"),
        (PRINTS_ERRORS, "ended with 7"),
        ("import os\nos.kill(os.getpid(), 15)\n", "ended by signal 15"),
        (FINDS_THE_NUMBER, "ended with 0"),
        (WRITES_EVERYWHERE, "told what we did not write"),
        (OPENS_OUR_OUTPUT, "Permission denied"),
    ],
    ids=["prints", "prints an error", "a signal", "finds the number", "writes everywhere", "opens our output"],
)
def test_no_module_reports_for_the_gate(text: str, said: str, operator: Path) -> None:
    report = judge(operator, {"agent/more.py": text})
    assert (report.result, said in report.reason) == ("refuse", True), report


@pytest.mark.quick(2)
@pytest.mark.parametrize(
    ("after", "said"),
    [
        ({"agent/more.py": WRONG}, "1 new error of mypy or ruff: agent/more.py:1: assignment: Incompatible types"),
        ({"agent/more.py": "import os\n\nX = 1\n"}, "agent/more.py:1: F401"),
        ({"tests/agent/test_x.py": "def test_x():\n    assert __name__\n"}, "2 new errors"),
        ({"agent/more.pyi": "import os\n"}, "agent/more.pyi:1: F401"),
    ],
    ids=["a type error", "an unused import", "a test without types", "a file of types"],
)
def test_a_new_error_is_refused(after: Files, said: str, operator: Path) -> None:
    report = judge(operator, after)
    assert (report.result, said in report.reason) == ("refuse", True), report


def test_no_file_is_passed_over(operator: Path) -> None:
    """Folders that tools skip, a list of files to be ignored, a stub that stands before its module."""
    unused = (
        "agent/build/a.py",
        "agent/node_modules/b.py",
        "agent/dist/c.py",
        "agent/h/d.py",
        "tests/agent/venv/e.py",
    )
    after = dict.fromkeys(unused, "import os\n")
    after |= {"agent/h/.ignore": "d.py\n", "agent/more.py": WRONG, "agent/more.pyi": "X: str\n"}
    report = judge(operator, after)
    assert report.result == "refuse"
    assert "6 new errors" in report.reason, report
    assert all(path in report.evidence for path in (*unused, "agent/more.py:1: assignment"))


def test_errors_of_the_parent_may_move(operator: Path) -> None:
    before = {"agent/more.py": "import os\n" + WRONG}
    assert judge(operator, {"agent/more.py": "import os\n\nY = 2\n" + WRONG}, before).result == "pass"


def test_one_more_error_is_new(operator: Path) -> None:
    report = judge(operator, {"agent/more.py": WRONG + WRONG.replace("X", "Y")}, {"agent/more.py": WRONG})
    assert "1 new error" in report.reason


def test_layout_is_told_and_never_refused(operator: Path) -> None:
    report = judge(operator, {"agent/more.py": "import sys\nimport os\nX = (os, sys)\n"})
    assert (report.result, "layout, told only: agent/more.py:1: I001" in report.reason) == ("pass", True), report


def test_candidates_own_type_cache_is_ignored(operator: Path) -> None:
    """A module that shadows mypy's own, and a stub beside it: our mypy runs isolated from the tree."""
    after = {"agent/more.py": WRONG, "agent/mypy.py": "raise SystemExit(0)\n", "agent/json.py": "raise SystemExit(0)\n"}
    assert judge(operator, {**after}).result == "refuse"


ENDS_EARLY = """import json
from pathlib import Path

if Path.cwd().name in {silent}:
    raise SystemExit(3)
print(json.dumps({{"mypy": 0, "ruff": 0, "errors": [], "said": ""}}))
"""


@pytest.mark.parametrize(
    ("silent", "result", "said"),
    [(["child"], "refuse", "though its parent's can"), (["child", "parent"], "unknown", "the parent's own types")],
)
def test_silence_is_blamed_beside_the_parent(silent: list[str], result: str, said: str, operator: Path) -> None:
    made = candidate(operator, {"agent/more.py": PLAIN}, {"agent/more.py": "Y: int = 1\n"})
    furnish(made)
    (made.room.folder / "gate" / "lint.py").write_text(ENDS_EARLY.format(silent=silent))
    report = builds(made)
    assert (report.result, said in report.reason) == (result, True), report


def test_our_configuration_is_the_operators(tmp_path: Path) -> None:
    import configparser
    import tomllib

    ours = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    ruff = tomllib.loads((INSIDE / "ruff.toml").read_text())
    assert (ruff["line-length"], ruff["target-version"]) == (
        ours["ruff"]["line-length"],
        ours["ruff"]["target-version"],
    )
    assert ruff["lint"]["select"] == ours["ruff"]["lint"]["select"]
    assert ruff["lint"]["ignore"] == ours["ruff"]["lint"]["ignore"]
    mypy = configparser.ConfigParser()
    mypy.read(INSIDE / "mypy.ini")
    assert dict(mypy["mypy"]) == {
        "strict": str(ours["mypy"]["strict"]), "python_version": ours["mypy"]["python_version"],
        "plugins": ",".join(ours["mypy"]["plugins"]),
        "explicit_package_bases": str(ours["mypy"]["explicit_package_bases"])}  # fmt: skip


@pytest.fixture
def cached(operator: Path, tmp_path: Path) -> Candidate:
    """A candidate that imports what its parent does not, judged with a cache of its own."""
    made = candidate(operator, {}, {"agent/more.py": "import colorsys\n\nX = colorsys\n"})
    return replace(made, types=tmp_path / "types", room=replace(made.room, isolation=Bubblewrap(VENV)))


@pytest.mark.slow
def test_cache_grows_with_accepted_trees(cached: Candidate) -> None:
    furnish(cached)
    assert builds(cached).result == "pass"
    assert cached.types is not None
    (first,) = type_cache.caches(cached.types / type_cache.kind())
    assert "urllib.request" in type_cache.modules_of(first) and "colorsys" not in type_cache.modules_of(first)
    before = {path.name: path.read_bytes() for path in first.rglob("*") if path.is_file()}
    accepted = replace(cached, parent=cached.commit, room=replace(cached.room, folder=cached.room.folder / "again"))
    furnish(accepted)
    assert builds(accepted).result == "pass"
    newest = type_cache.caches(cached.types / type_cache.kind())[0]
    assert type_cache.modules_of(newest) == type_cache.modules_of(first) | {"colorsys"}
    assert before == {path.name: path.read_bytes() for path in first.rglob("*") if path.is_file()}


def test_of_many_caches_the_oldest_go(tmp_path: Path) -> None:
    for number in range(type_cache.KEPT + 2):
        made = tmp_path / f"made{number}"
        made.mkdir()
        type_cache.keep(made, tmp_path / "types", {f"m{number}"})
    found = type_cache.caches(tmp_path / "types")
    assert len(found) == type_cache.KEPT
    assert type_cache.newest_with(tmp_path / "types", {"m0"}) is None
    assert not list((tmp_path / "types").glob(".*"))
