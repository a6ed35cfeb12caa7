"""Where faults are planted, and where the same code stands in another tree."""

import random
from pathlib import Path

import pytest

from hunter.change import Mutation
from hunter.planted.afresh import node_of
from hunter.planted.lost import in_turn
from hunter.planted.places import Counterparts, Place, places
from hunter.planted.warm import code_of, reported
from hunter.planted.wrong import wrong_value

CODE = '''"""Sums."""


def double(number: int) -> int:
    """Twice as much."""
    return number * 2 if number > 0 else 0


class Sum:
    """A sum."""

    def add(self, one: int) -> int:
        if one < 0:
            raise ValueError("not negative")
        return one + 1
'''


def tree(folder: Path, **files: str) -> dict[str, Place]:
    (folder / "agent").mkdir(parents=True)
    for name, text in files.items():
        (folder / "agent" / f"{name}.py").write_text(text)
    return places(folder)


TWICE = ["agent/twice.py::f", "agent/twice.py::f 2"]


def test_functions_and_methods_are_places(tmp_path: Path) -> None:
    twice = "def f() -> int:\n    return 1\n\n\n"
    found = tree(tmp_path, sums=CODE, __main__=CODE, broken="def (", twice=twice * 2, deep="x" + ".a" * 60_000)
    assert sorted(found) == ["agent/sums.py::Sum.add", "agent/sums.py::double", *TWICE]
    assert found["agent/sums.py::double"].module == "agent.sums"


def test_every_fault_gives_another_function(tmp_path: Path) -> None:
    for place in tree(tmp_path, sums=CODE).values():
        now = code_of(place.source, "x.py", place.name, place.line)
        for mark in place.drawn(random.Random(1)):
            assert code_of(place.faults[mark].apply(place.source), "x.py", place.name, place.line) != now, place.diff(
                mark
            )


@pytest.mark.parametrize(
    "text", [CODE, "def f(a: int) -> int: return a\n", "def f() -> None:\n    for a in ():\n        a()\n"]
)
def test_change_of_nothing_changes_nothing(text: str, tmp_path: Path) -> None:
    for place in tree(tmp_path, sums=text).values():
        changed = place.unchanged()
        assert code_of(changed, "x.py", place.name, place.line) != code_of(place.source, "x.py", place.name, place.line)
        space: dict[str, object] = {}
        exec(changed, space)
        if "double" in space:
            assert space["double"](3) == 6  # type: ignore[operator]


MOVED = CODE.replace("def double", "def twice").replace("Twice", "Two times")


@pytest.mark.parametrize(
    ("there", "stands"),
    [
        ({"sums": CODE}, "agent/sums.py::double"),
        ({"more": CODE}, "agent/more.py::double"),
        ({"sums": MOVED}, "agent/sums.py::twice"),
        ({"more": CODE.replace("> 0", "> 1")}, "agent/more.py::double"),
        ({"sums": "ONE = 1\n"}, None),
    ],
)
def test_code_is_found_where_it_went(there: dict[str, str], stands: str | None, tmp_path: Path) -> None:
    one = tree(tmp_path / "a", sums=CODE)["agent/sums.py::double"]
    found = Counterparts(tree(tmp_path / "b", **there)).of(one)
    assert (found.key if found else None) == stands


def test_fault_stands_with_its_line(tmp_path: Path) -> None:
    old = tree(tmp_path / "a", sums=CODE)["agent/sums.py::Sum.add"]
    new = tree(tmp_path / "b", sums=CODE.replace("one + 1", "one + 2"))["agent/sums.py::Sum.add"]
    kept = {mark[1] for mark in old.faults.keys() & new.faults.keys()}
    assert kept == {"if one < 0:", 'raise ValueError("not negative")'}


def test_node_is_named_as_reported() -> None:
    assert reported("tests/agent/test_a.py::test_b[1::2]") == "tests.agent.test_a::test_b"
    assert reported("tests/agent/test_a.py::TestA::test_b") == "tests.agent.test_a.TestA::test_b"


def test_reported_test_is_found_again(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_a.py").touch()
    assert node_of(tmp_path, "tests.test_a::test_b") == "tests/test_a.py::test_b"
    assert node_of(tmp_path, "tests.test_a.TestA::test_b") == "tests/test_a.py::TestA::test_b"
    assert node_of(tmp_path, "tests.test_c::test_b") == ""


def test_property_and_setter_are_two(tmp_path: Path) -> None:
    twice = (
        "class A:\n    @property\n    def f(self):\n        return 1\n\n"
        "    @f.setter\n    def f(self, one):\n        self.one = one\n"
    )
    first, second = tree(tmp_path / "a", twice=twice).values()
    assert (first.key, first.line, second.key, second.line) == (second.key, 2, first.key, 6)
    there = Counterparts(tree(tmp_path / "b", twice=twice.replace("return 1", "return 2"))).of(second)
    assert there is not None and (there.body, there.line) == (second.body, 6)


def test_lists_are_taken_in_turn() -> None:
    assert in_turn([[1, 2, 3], [4], []]) == [1, 4, 2, 3]


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        1.5,
        "",
        "a",
        b"a",
        [],
        [1],
        (1, 2),
        (),
        {},
        {"a": 1},
        {1},
        frozenset(),
        Path("a"),
        Mutation("a", 1, 2, "b", "c"),
    ],
    ids=repr,
)
def test_wrong_value_has_its_type(value: object) -> None:
    wrong = wrong_value(value)
    assert wrong != value
    assert value is None or isinstance(wrong, type(value))


def test_wrong_values_are_told_first(tmp_path: Path) -> None:
    place = tree(tmp_path, sums=CODE)["agent/sums.py::double"]
    first, *others = place.telling(random.Random(1))
    assert (first[0], {mark[0] for mark in others} & {"number", "string"}) == ("value", set())
    assert "+    return wrong_value(number * 2 if number > 0 else 0)" in place.diff(first)
