"""A task is proved where its grading tells right from wrong; what is stored holds."""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from controller.errors import RequestError
from controller.ground.proof import Checked, check, prove, says_the_same, stored
from controller.ground.task import load, load_all
from controller.sandbox.bubblewrap import Bubblewrap
from tests import command_line
from tests.controller.ground.samples import HIDDEN, RIGHT, WRONG, make
from tests.controller.levels import NEEDS_BUBBLEWRAP, ROOT, VENV

TASKS = ROOT / "tasks"
NAMES = sorted(path.name for path in TASKS.iterdir() if path.is_dir()) if TASKS.is_dir() else []
ORDERED = "def total(lines):\n    return [name for name in {'a', 'b', 'c', 'd', 'e', 'f', 'g'}]\n"
MUTANT = "def total(lines):\n    return {text}\n"
SUITE = (
    "from shop.orders import total\n\n\ndef test_some():\n    assert total([1, 2]) == 3\n"
    "    assert total([200]) == 100\n"
)
ZONE = "def test_zone():\n    assert time.localtime(0).tm_hour == 0\n"


def proved(folder: Path) -> Checked:
    return check(load(folder), Bubblewrap(VENV))


BAD: dict[str, tuple[Mapping[str, str | None], str]] = {
    "passes at the start": (
        {"start/shop/orders.py": RIGHT, "solution/shop/more.py": "A = 1\n"},
        "start/ passes as it is",
    ),
    "solution that fails": ({"solution/shop/orders.py": WRONG}, "the solution fails: "),
    "tests of nothing": (
        {"tests/test_total.py": "def test_a():\n    assert 1 == 1\n"},
        "start/ passes as it is",
    ),
    "tests that notice little": (
        {"tests/test_total.py": "from shop.orders import total\n\n\ndef test_a():\n    assert total([1]) == 1\n"},
        "mutants of the solution, 80% are needed; not noticed: ",
    ),
    "order of a set": (
        {
            "solution/shop/orders.py": ORDERED,
            "tests/test_total.py": "import os\n\nfrom shop.orders import total\n\n\ndef test_a():\n"
            "    assert total([])[0] == 'g' or os.environ['PYTHONHASHSEED'] == '0'\n",
        },
        "the solution fails (hash seed ",
    ),
    "clock of a zone": (
        {"tests/test_total.py": f"import time\n\n{HIDDEN}\n\n{ZONE}"},
        "the solution fails (hash seed 1, TZ Asia/Kolkata)",
    ),
    "solution that needs its tests": (
        {
            "solution/tests/prices.py": "MOST = 100\n",
            "solution/shop/orders.py": RIGHT.replace('"""Orders."""', "from tests.prices import MOST"),
        },
        "the solution fails: ",
    ),
    "skipped test": (
        {"tests/test_total.py": f"{HIDDEN}\n\ndef test_later():\n    pytest.skip('not now')\n"},
        "skipped",
    ),
}


@NEEDS_BUBBLEWRAP
@pytest.mark.slow
@pytest.mark.parametrize("name", BAD)
def test_bad_task_has_no_proof(tmp_path: Path, name: str) -> None:
    changed, told = BAD[name]
    found = proved(make(tmp_path / "order-total", changed))
    assert found.proof is None
    assert told in found.problem


@NEEDS_BUBBLEWRAP
@pytest.mark.slow
def test_proof_is_of_the_task(tmp_path: Path) -> None:
    task = load(make(tmp_path / "order-total"))
    with pytest.raises(RequestError, match="it has no proof"):
        stored(task)
    made = prove(task, Bubblewrap(VENV)).proof
    assert made is not None
    assert stored(task) == made
    assert says_the_same(task, made.model_copy(update={"seconds": 99.0}))
    assert not says_the_same(task, made.model_copy(update={"passes": 2}))
    assert made.kill_rate.rate >= 0.8
    (task.folder / "instruction.md").write_text("Something else.\n")
    with pytest.raises(RequestError, match="was changed after its proof"):
        stored(load(task.folder))


@NEEDS_BUBBLEWRAP
@pytest.mark.slow
def test_written_tests_are_graded_by_mutants(tmp_path: Path) -> None:
    mutants = {f"tests/mutants/{number}/shop/orders.py": MUTANT.format(text=text) for number, text in enumerate(
        ("sum(lines)", "min(sum(lines), 99)", "0", "min(sum(lines[1:]), 100)"))}  # fmt: skip
    usual = {
        **mutants,
        "tests/test_total.py": None,
        "tests/mutants.toml": "caught = 4\n",
        "start/shop/orders.py": RIGHT,
        "solution/shop/orders.py": None,
        "solution/tests/test_orders.py": SUITE,
    }
    good = proved(make(tmp_path / "good" / "order-tests", usual, kind="tests"))
    assert good.problem == ""
    by_text = (
        f"from pathlib import Path\n\n\ndef test_text():\n    assert Path('shop/orders.py').read_text() == {RIGHT!r}\n"
    )
    cheat = {**usual, "solution/tests/test_orders.py": by_text}
    found = proved(make(tmp_path / "cheat" / "order-tests", cheat, kind="tests"))
    assert "on the right code: " in found.problem


@NEEDS_BUBBLEWRAP
@pytest.mark.slow
def test_refactoring_is_held_to_its_size(tmp_path: Path) -> None:
    long = RIGHT + "\n\n" + RIGHT.replace("total", "sum_of").replace('"""Orders."""\n\n\n', "")
    more = 'max_tokens = 60\nsized = ["shop/orders.py"]'
    found = proved(make(tmp_path / "order-total", {"start/shop/orders.py": long}, "refactoring", more))
    assert found.problem == ""
    assert found.proof is not None
    assert "code tokens; at most 60" in found.proof.start


def test_every_stored_proof_is_present() -> None:
    tasks, bad = load_all(TASKS) if NAMES else ([], {})
    assert bad == {}
    for task in tasks:
        stored(task)


@NEEDS_BUBBLEWRAP
@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_stored_proof_holds_made_anew(name: str) -> None:
    task = load(TASKS / name)
    now = check(task, Bubblewrap(VENV))
    assert now.problem == ""
    assert now.proof is not None
    assert says_the_same(task, now.proof)


@NEEDS_BUBBLEWRAP
@pytest.mark.slow
def test_added_tasks_are_proved(operator: Path, tmp_path: Path) -> None:
    make(tmp_path / "given" / "order-total")
    make(tmp_path / "given" / "weak-tests", BAD["tests that notice little"][0])
    words = ("ground", "add", str(tmp_path / "given"), "--repository", str(operator), "--json")
    environment = {**os.environ, "NO_COLOR": "1"}
    first = command_line.run(words, environment)
    lines = {line["task"]: line for line in map(json.loads, first.stdout.splitlines())}
    assert first.returncode == 1
    assert lines["order-total"]["good"]
    assert "mutants" in lines["weak-tests"]["problem"]
    shutil.rmtree(tmp_path / "given/weak-tests")
    again = command_line.run(words, environment)
    assert "there is a task of this name already" in json.loads(again.stdout)["problem"]
    shown = command_line.run(("ground", "list", "--repository", str(operator), "--json"), environment)
    assert [row["proof"] for row in json.loads(shown.stdout)["tasks"]] == ["holds"]
