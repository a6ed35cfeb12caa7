"""Every law of the house holds in this checkout, and a planted case breaks it."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import FunctionType

import pytest

from tests import laws

ROOT = Path(__file__).resolve().parent.parent
Law = Callable[[Path], Iterator[str]]
DOC = '"""A module."""\n'
ERRORS = '"""Errors.\n\nRoot  the root\n└── Leaf  a leaf\n"""\n\n\nclass Root(Exception):\n    pass\n'
# For each law a checkout, by path and text, in which just one thing breaks it, and what is said of it
PLANTED: tuple[tuple[Law, Mapping[str, str], str], ...] = (
    (laws.files_and_functions_are_short, {"bench/long.py": DOC + "x = 1\n" * 300}, "more than 300 lines"),
    (
        laws.files_and_functions_are_short,
        {"hunter/long.py": DOC + "def f():\n" + "    x = 1\n" * 40},
        "more than 40 lines",
    ),
    (laws.files_and_functions_are_short, {"agent/mute.py": "x = 1\n"}, "no docstring"),
    (laws.programs_stay_apart, {"controller/git/x.py": "from agent import life\n"}, "imports agent"),
    (laws.programs_stay_apart, {"controller/git/x.py": "import hunter.pin\n"}, "imports hunter.pin"),
    (laws.programs_stay_apart, {"agent/x.py": "from controller.errors import GitError\n"}, "controller.contract"),
    (laws.programs_stay_apart, {"nursery/x.py": "def f():\n    from tests import laws\n"}, "imports tests"),
    (laws.rooms_point_one_way, {"controller/git/x.py": "from controller.cli import main\n"}, "lies above it"),
    (
        laws.rooms_point_one_way,
        {"controller/sandbox/x.py": "if TYPE_CHECKING:\n    from controller.gates import judging\n"},
        "lies above it",
    ),
    (laws.rooms_point_one_way, {"controller/loose.py": DOC}, "no place"),
    (laws.rooms_point_one_way, {"controller/cellar/x.py": DOC}, "no place"),
    (
        laws.no_imports_go_round,
        {
            "controller/git/a.py": "from controller.git import b\n",
            "controller/git/b.py": "from controller.git.c import d\n",
            "controller/git/c.py": "if TYPE_CHECKING:\n    from controller.git.a import e\n",
        },
        "controller.git.b: stands in a circle",
    ),
    (laws.libraries_have_one_owner, {"controller/views/x.py": "import sqlite3\n"}, "imports sqlite3"),
    (laws.libraries_have_one_owner, {"controller/git/lineage.py": "from git import Repo\n"}, "imports git"),
    (laws.libraries_have_one_owner, {"controller/run/x.py": "import anthropic\n"}, "imports anthropic"),
    (
        laws.sql_stays_in_the_ledger,
        {"controller/views/x.py": "import os\nTRIES = f'SELECT id FROM tries WHERE run = {os.name}'\n"},
        "x.py:2: a statement of SQL",
    ),
    (laws.sql_stays_in_the_ledger, {"controller/audit/x.sql": "DROP TABLE calls;\n"}, "a file of SQL"),
    (laws.errors_are_drawn, {"controller/errors.py": ERRORS}, "Leaf: drawn"),
    (
        laws.errors_are_drawn,
        {"controller/errors.py": ERRORS, "controller/git/x.py": "class Other(Root):\n    pass\n"},
        "Other: an error that is not drawn",
    ),
    (
        laws.catching_everything_is_explained,
        {"agent/x.py": "try:\n    f()\nexcept Exception:\n    pass\n"},
        "catches everything",
    ),
    (
        laws.catching_everything_is_explained,
        {"controller/git/x.py": "try:\n    f()\nexcept (A, B, C, D, E, F, G):\n    pass\n"},
        "catches everything",
    ),
    (laws.old_words_stay_away, {"controller/run/standstill.py": DOC}, "a name of before"),
    (laws.old_words_stay_away, {"docs/x.md": "How a life is shut" + " in.\n"}, "say it plainly"),
    (laws.nothing_is_mocked, {"tests/test_x.py": "monkeypatch." + "setattr(a, 'b', 1)\n"}, "monkeypatch"),
    (
        laws.tests_are_named_in_few_words,
        {"tests/test_x.py": "def test_one_of_many():\n    pass\n\n\ndef test_the_it():\n    pass\n"},
        "test_the_it: 1 words",
    ),
    (
        laws.tests_are_named_in_few_words,
        {"tests/faults/test_x.py": "def test_a_name_that_is_very_much_too_long():\n    pass\n"},
        "too_long: 7 words",
    ),
    (laws.the_genome_stays_small, {"agent/x.py": DOC + "x = 1\n" * 5_000}, "at most"),
)
LAWS = tuple(dict.fromkeys(law for law, _, _ in PLANTED))


def name_of(law: Law) -> str:
    """A law's name in the report."""
    return str(getattr(law, "__name__", law))


# Laws that the rearrangement still owes: a name goes when its law holds
OWED: tuple[str, ...] = ()


@pytest.mark.parametrize(
    "law",
    [pytest.param(law, marks=[pytest.mark.xfail(strict=True)] if name_of(law) in OWED else []) for law in LAWS],
    ids=name_of,
)
def test_each_law_holds(law: Law) -> None:
    assert list(law(ROOT)) == []


@pytest.mark.parametrize(("law", "files", "said"), PLANTED, ids=[f"{name_of(row[0])}-{row[2]}" for row in PLANTED])
def test_planted_case_breaks_law(law: Law, files: Mapping[str, str], said: str, tmp_path: Path) -> None:
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    found = list(law(tmp_path))
    assert any(said in line for line in found), found


def test_every_law_is_held() -> None:
    functions = {
        name
        for name, value in vars(laws).items()
        if isinstance(value, FunctionType) and value.__module__ == laws.__name__
    }
    held = {name_of(law) for law in LAWS}
    assert functions - held == {"modules", "is_program"}  # what the laws read with
