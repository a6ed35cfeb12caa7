from itertools import islice

import pytest
from parts.outline import outline
from parts.stock import Circle, Stock
from parts.weight import count, weight


class Counted(Stock):
    """A stock that is asked for children only so often: what takes for ever fails at once."""

    asked = 0

    def children(self, name):
        self.asked += 1
        if self.asked > 400_000:
            raise AssertionError("children were asked for too often")
        return super().children(name)


def chain(length, times=1, grams=1):
    stock = Counted()
    for level in range(length):
        stock.add(f"p{level:05}", grams)
        if level:
            stock.use(f"p{level - 1:05}", f"p{level:05}", times)
    return stock


def made(text, grams=None):
    stock = Counted()
    names = dict.fromkeys(text.replace("\n", " ").replace(">", " ").split())
    for number, name in enumerate(names):
        if not name.startswith("?"):
            stock.add(name, (grams or {}).get(name, number))
    for line in text.split("\n"):
        if ">" in line:
            first, rest = line.split(">")
            for child in rest.split():
                stock.use(first.strip(), child)
    return stock


def test_chain_of_any_depth():
    stock = chain(6000)
    assert weight(stock, "p00000") == 6000
    assert weight(stock, "p05000") == 1000
    found = count(stock, "p00000")
    assert len(found) == 5999
    assert set(found.values()) == {1}
    assert list(found) == sorted(found)
    lines = list(outline(stock, "p00000"))
    assert (len(lines), lines[0], lines[2]) == (6000, "1 x p00000", "    1 x p00002")
    assert lines[-1] == "  " * 5999 + "1 x p05999"


def test_shared_parts_are_quick():
    stock = chain(200, 3, 2)
    assert weight(stock, "p00000") == 3**200 - 1
    assert count(stock, "p00000")["p00199"] == 3**199
    assert list(islice(outline(stock, "p00000"), 3)) == ["1 x p00000", "  3 x p00001", "    3 x p00002"]
    wide = made("\n".join(f"a{n} > a{n + 1} b{n}\nb{n} > a{n + 1}" for n in range(60)))
    assert weight(wide, "a0") > 2**55
    assert len(list(islice(outline(wide, "a0"), 500))) == 500
    assert count(wide, "a0")["a60"] == 2**60


def test_values_and_order_stay():
    stock = made("a > b c b\nb > d e\nc > e d\n", {"a": 1, "b": 10, "c": 100, "d": 1000, "e": 10000})
    assert weight(stock, "a") == 1 + 2 * 11010 + 11100
    assert count(stock, "a") == {"b": 2, "c": 1, "d": 3, "e": 3}
    assert list(count(stock, "a")) == ["b", "c", "d", "e"]
    assert list(outline(stock, "a")) == ["1 x a", "  2 x b", "    1 x d", "    1 x e", "  1 x c", "    1 x e", "    1 x d"]
    assert (weight(stock, "e"), count(stock, "e"), list(outline(stock, "e"))) == (10000, {}, ["1 x e"])


@pytest.mark.parametrize("text, path", [
    ("a > a", "a a"), ("a > b\nb > c\nc > a", "a b c a"), ("a > b\nb > c d\nc > d\nd > b", "b c d b"),
    ("a > x b\nx > y\nb > c\nc > b", "b c b"), ("a > b c\nb > d\nc > c\nd > e\ne > d", "d e d"),
    ("a > b c\nb > c\nc > d\nd > b", "b c d b"), ("a > b ?z\nb > b", "b b"),
])
def test_circle_is_named(text, path):
    stock = made(text)
    for act in (weight, count, lambda *given: list(outline(*given))):
        with pytest.raises(Circle) as caught:
            act(stock, "a")
        assert caught.value.path == path.split()
        assert str(caught.value) == " > ".join(path.split())


def test_lines_before_circle_come():
    lines = outline(made("a > b c\nc > a"), "a")
    assert list(islice(lines, 3)) == ["1 x a", "  1 x b", "  1 x c"]
    with pytest.raises(Circle):
        next(lines)


def test_long_circle_and_circle_elsewhere():
    stock = chain(4000)
    stock.use("p03999", "p00010")
    for act in (weight, count):
        with pytest.raises(Circle) as caught:
            act(stock, "p00000")
        assert len(caught.value.path) == 3991
    other = made("a > b\nx > y\ny > x a")
    assert (weight(other, "a"), count(other, "a"), len(list(outline(other, "a")))) == (1, {"b": 1}, 2)


@pytest.mark.parametrize("text", ["a > b ?z c\nc > c", "a > b\nb > ?z", "a > ?z a"])
def test_unknown_part_raises(text):
    for act in (weight, count, lambda *given: list(outline(*given))):
        with pytest.raises(KeyError, match="z"):
            act(made(text), "a")
        with pytest.raises(KeyError, match="nothing"):
            act(made(text), "nothing")
