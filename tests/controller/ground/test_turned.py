"""Which values of a hidden test are exchanged, and that nothing else is."""

import ast

import pytest

from controller.ground.turned import points, rendered

CASES: dict[str, tuple[str, int]] = {
    "a comparison": ("def test_a():\n    assert f(2) == 5\n", 1),
    "two comparisons": ("def test_a():\n    assert f(2) == 5\n    assert f(3) == [1, 'two', None]\n", 2),
    "expected on the left": ("def test_a():\n    assert 5 == f(g)\n", 1),
    "an empty list": ("def test_a():\n    assert f(2) == []\n", 1),
    "an exception": ("import pytest\ndef test_a():\n    with pytest.raises(ValueError):\n        f(2)\n", 1),
    "a truth": ("def test_a():\n    assert f(2) is True\n", 1),
    "unittest": ("class TestA:\n    def test_a(self):\n        self.assertEqual(f(2), 'x')\n", 1),
    "parameters": (
        "import pytest\n@pytest.mark.parametrize('a, b', [(1, 2), pytest.param(3, 4)])\n"
        "def test_a(a, b):\n    assert f(a) == b\n",
        1,
    ),
    "rows of the file": (
        "ROWS = [(1, 2), (3, 4)]\ndef test_a():\n    for a, b in ROWS:\n        assert f(a) == b\n",
        1,
    ),
    "a name of its own": ("def test_a():\n    wanted = {'a': 1}\n    assert f(2) == wanted\n", 1),
    "a condition": ("def test_a():\n    assert f(2)\n", 1),
    "no condition": ("def test_a():\n    f(2)\n", 1),
}


@pytest.mark.parametrize("name", CASES)
def test_each_point_changes_the_test(name: str) -> None:
    source, count = CASES[name]
    (function, found) = next(iter(points(source).items()))
    assert found == count
    plain = rendered(source)
    turned = [rendered(source, {function: point}) for point in range(count)]
    assert len({plain, *turned}) == count + 1
    assert turned == [rendered(source, {function: point}) for point in range(count)]


@pytest.mark.parametrize("name", [name for name in CASES if "condition" not in name and "rows" not in name])
def test_turned_test_looks_alike(name: str) -> None:
    source, _ = CASES[name]
    function = next(iter(points(source)))
    kinds = [type(node) for node in ast.walk(ast.parse(rendered(source)))]
    turned = [type(node) for node in ast.walk(ast.parse(rendered(source, {function: 0})))]
    assert abs(len(kinds) - len(turned)) <= 1


def test_other_functions_keep_their_rows() -> None:
    rows = "ROWS = [(1, 2)]\ndef test_a():\n    for a, b in ROWS:\n        assert f(a) == b\n"
    source = f"{rows}def test_b():\n    for a, b in ROWS:\n        assert g(a) == b\n"
    assert "for a, b in ROWS:\n        assert g(a) == b" in rendered(source, {"test_a": 0})
    assert "for a, b in ROWS:\n        assert f(a) == b" not in rendered(source, {"test_a": 0})


def test_argument_that_is_expected_stays() -> None:
    """What goes in and must come out again is one value: it cannot be exchanged where it goes in."""
    source = "def test_a():\n    given = [3]\n    assert decoded(encoded(given)) == given\n"
    assert "given = [3]" in rendered(source, {"test_a": 0})


def test_value_of_the_answer_stays() -> None:
    """What another function of the answer gives for another argument is no test's to know."""
    source = "def test_a():\n    assert total([1, 2]) == total([2, 1])\n"
    assert "total([1, 2]) == total([2, 1])" in rendered(source, {"test_a": 0})
