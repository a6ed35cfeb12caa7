import random

import pytest

from mirror.side import Side
from mirror.sync import differences, files, moved


class Counted(Side):
    def __init__(self, tree):
        super().__init__(tree)
        self.asked = []

    def listing(self, path):
        self.asked.append("/".join(path))
        found = super().listing(path)
        random.Random(len(self.asked)).shuffle(found)
        return found


def told(archive, mirror, limit=None):
    return [f"{what} {'/'.join(path)}" for what, path in differences(Side(archive), Side(mirror), limit)]


@pytest.mark.parametrize(
    ("archive", "mirror", "expected"),
    [
        ({}, {}, []),
        ({"a": "1"}, {"a": "1"}, []),
        ({"a": "1"}, {"a": "2"}, ["change a"]),
        ({"a": "1", "b": {"c": "2"}}, {"d": "3"}, ["add a", "add b/c", "remove d"]),
        ({"a": {}}, {}, []),
        ({}, {"a": {"b": {}}}, []),
        ({"a": {"x": "1"}}, {"a": "1"}, ["remove a", "add a/x"]),
        ({"a": "1"}, {"a": {"y": "1", "x": {"z": "1"}}}, ["add a", "remove a/x/z", "remove a/y"]),
        ({"a": {"b": "1"}, "a.b": "2", "a-b": "3"}, {}, ["add a/b", "add a-b", "add a.b"]),
        ({"k": {"l": {"m": "1", "n": "2"}}}, {"k": {"l": {"m": "1", "n": "3"}, "q": {}}}, ["change k/l/n"]),
    ],
)
def test_differences(archive, mirror, expected):
    assert told(archive, mirror) == expected
    for limit in range(4):
        assert told(archive, mirror, limit) == expected[:limit]


def test_limit_is_not_negative():
    with pytest.raises(ValueError):
        told({}, {}, -1)


@pytest.mark.parametrize(
    ("archive", "mirror", "expected"),
    [
        ({"a": "1"}, {"b": "1"}, [("b", "a")]),
        ({"a": "1", "c": "1"}, {"b": "1", "d": "1", "e": "1"}, [("b", "a"), ("d", "c")]),
        ({"a": "1", "c": "1", "f": "1"}, {"x": "1", "d": "1"}, [("d", "a"), ("x", "c")]),
        ({"a": "1"}, {"a": "2", "b": "1"}, []),
        ({"a": "1", "b": "1"}, {"a": "1"}, []),
        ({"k": {"z": "1"}}, {"k": "1"}, [("k", "k/z")]),
        ({"x": {"a": "1", "b": "2"}}, {"y": {"a": "1", "b": "2"}}, [("y/a", "x/a"), ("y/b", "x/b")]),
        ({"b": "2", "a": "1"}, {"d": "2", "e": "1"}, [("d", "b"), ("e", "a")]),
    ],
)
def test_moved(archive, mirror, expected):
    assert [("/".join(old), "/".join(new)) for old, new in moved(Side(archive), Side(mirror))] == expected


def drawn(seed, deep=3):
    dice = random.Random(seed)

    def folder(depth):
        names = dice.sample("abcdefg", dice.randrange(0, 5))
        return {name: folder(depth - 1) if depth and dice.random() < 0.5 else str(dice.randrange(3)) for name in names}

    return folder(deep)


def plain(tree, path=()):
    found = {}
    for name, below in tree.items():
        if isinstance(below, str):
            found[(*path, name)] = below
        else:
            found.update(plain(below, (*path, name)))
    return found


@pytest.mark.parametrize("seed", range(30))
def test_drawn_trees(seed):
    archive, mirror = drawn(seed), drawn(seed + 1000)
    here, there = plain(archive), plain(mirror)
    expected = []
    for path in sorted({*here, *there}):
        if here.get(path) != there.get(path):
            expected.append(("add" if path not in there else "remove" if path not in here else "change", path))
    assert differences(Side(archive), Side(mirror)) == expected
    gone = {content: [one for one in sorted(there) if there[one] == content and one not in here] for content in "012"}
    new = {content: [one for one in sorted(here) if here[one] == content and one not in there] for content in "012"}
    assert moved(Side(archive), Side(mirror)) == sorted(pair for content in "012" for pair in zip(gone[content], new[content]))
    assert set(files(Side(archive))) == set(here)


def large():
    def folder(depth, mark):
        if depth == 0:
            return {f"f{n}": f"{mark}{n}" for n in range(3)}
        return {f"d{n}": folder(depth - 1, f"{mark}{n}/") for n in range(4)}

    return folder(4, "")


def cost(call, archive, mirror, *more):
    sides = Counted(archive), Counted(mirror)
    found = call(*sides, *more)
    for side in sides:
        assert len(set(side.asked)) == len(side.asked)
    return [sorted(side.asked) for side in sides], found


def test_requests():
    archive, mirror = large(), large()
    assert cost(differences, archive, mirror) == ([[""], [""]], [])
    assert cost(moved, archive, mirror) == ([[""], [""]], [])
    mirror["d2"]["d1"]["d0"]["d3"]["f1"] = "other"
    way = ["", "d2", "d2/d1", "d2/d1/d0", "d2/d1/d0/d3"]
    assert cost(differences, archive, mirror)[0] == [way, way]
    assert cost(moved, archive, mirror)[0] == [way, way]
    mirror["d0"] = {}
    del archive["d3"]
    listed, found = cost(differences, archive, mirror)
    assert cost(moved, archive, mirror)[0] == listed
    assert len(found) == 1 + 2 * 4**3 * 3
    assert [len(side) for side in listed] == [90, 91]


@pytest.mark.parametrize(
    ("limit", "here", "there"),
    [(0, [], []), (1, ["", "d0", "d0/d0", "d0/d0/d0", "d0/d0/d0/d0"], [""]), (3, ["", "d0", "d0/d0", "d0/d0/d0", "d0/d0/d0/d0"], [""])],
)
def test_stops_at_the_limit(limit, here, there):
    archive, mirror = large(), large()
    del mirror["d0"]
    listed, found = cost(differences, archive, mirror, limit)
    assert len(found) == limit
    assert listed[0] == here or limit == 0 and listed[0] in ([], [""])
    assert listed[1] == there or limit == 0 and listed[1] in ([], [""])


def test_same_digest_of_file_and_folder_is_never_asked():
    archive, mirror = {"x": {"a": "1"}, "y": {"b": "2"}}, {"x": {"a": "1"}, "y": "2"}
    listed, found = cost(differences, archive, mirror)
    assert listed == [["", "y"], [""]]
    assert found == [("remove", ("y",)), ("add", ("y", "b"))]
