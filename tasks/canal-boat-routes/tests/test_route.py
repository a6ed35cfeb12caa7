import random

import pytest

from canal.network import Network, Reach
from canal.route import distances, rounds, route


class Counted(Network):
    def __init__(self, reaches):
        super().__init__(reaches)
        self.asked = {}

    def reaches(self, place):
        self.asked[place] = self.asked.get(place, 0) + 1
        if self.asked[place] > 20:
            raise AssertionError(f"{place} is asked for again and again")
        return super().reaches(place)


def net(text, kind=Network):
    """Reaches such as "a-b:3/1": from a to b in 3 minutes with one lock."""
    found = []
    for word in text.split():
        ends, _, cost = word.partition(":")
        minutes, _, locks = cost.partition("/")
        found.append((ends[0], Reach(ends[2], int(minutes), int(locks or 0))))
    return kind(found)


def every_way(network, way, minutes=0, locks=0):
    yield minutes, locks, len(way), way
    for reach in network.reaches(way[-1]):
        if reach.to not in way:
            yield from every_way(network, (*way, reach.to), minutes + reach.minutes, locks + reach.locks)


def drawn(seed, count=7, most=4):
    dice = random.Random(seed)
    places = dice.sample("abcdefghijk", count)
    found = []
    for _ in range(count * 2):
        start, end = dice.choice(places), dice.choice(places)
        found.append((start, Reach(end, dice.choice([0, 0, 1, 1, 2, most]), dice.choice([0, 0, 1, 2]))))
    return found, sorted(places)


@pytest.mark.parametrize(
    ("text", "start", "goal", "answer"),
    [
        ("a-b:3", "a", "b", (3, 0, ("a", "b"))),
        ("a-b:3", "b", "a", None),
        ("a-b:3", "a", "a", (0, 0, ("a",))),
        ("", "x", "x", (0, 0, ("x",))),
        ("", "x", "y", None),
        ("a-b:3 a-b:2/9 a-b:2/4", "a", "b", (2, 4, ("a", "b"))),
        ("a-b:1 b-c:1 a-c:3", "a", "c", (2, 0, ("a", "b", "c"))),
        ("a-b:1 b-c:1 a-c:2/1", "a", "c", (2, 0, ("a", "b", "c"))),
        ("a-b:1 b-c:1 a-c:2", "a", "c", (2, 0, ("a", "c"))),
        ("a-x:1 x-d:1 a-c:1 c-d:1", "a", "d", (2, 0, ("a", "c", "d"))),
        ("a-x:0 x-d:2 a-c:1 c-d:1", "a", "d", (2, 0, ("a", "c", "d"))),
        ("a-d:0 d-b:0 b-c:0 a-c:0/1", "a", "c", (0, 0, ("a", "d", "b", "c"))),
        ("a-z:0 z-y:0 a-b:0 b-y:0 y-g:5 a-g:6", "a", "g", (5, 0, ("a", "b", "y", "g"))),
    ],
)
def test_route(text, start, goal, answer):
    assert route(net(text), start, goal) == answer


@pytest.mark.parametrize("seed", range(40))
def test_small_networks(seed):
    reaches, places = drawn(seed)
    network = Network(reaches)
    start = places[seed % len(places)]
    ways = list(every_way(network, (start,)))
    best = {}
    for goal in places:
        found = min((way for way in ways if way[3][-1] == goal), default=None)
        assert route(network, start, goal) == (found and (found[0], found[1], found[3]))
        if found:
            best[goal] = found[0]
    assert list(distances(network, start).items()) == sorted(best.items(), key=lambda one: (one[1], one[0]))


def test_rounds():
    network = net("a-b:3/1 b-a:4 b-c:1 c-a:1/2")
    assert rounds(network, ["a"]) == (0, 0, ("a",))
    assert rounds(network, "abca") == (5, 3, ("a", "b", "c", "a"))
    assert rounds(network, ["a", "c", "b"]) == (4 + 4, 1 + 3, ("a", "b", "c", "a", "b"))
    assert rounds(network, ["a", "a", "b"]) == (3, 1, ("a", "b"))
    assert rounds(network, ["a", "z", "b"]) is None
    with pytest.raises(ValueError):
        rounds(network, [])


def large(seed, count=400):
    dice = random.Random(seed)
    found = []
    for number in range(count):
        for _ in range(3):
            found.append((f"p{number}", Reach(f"p{dice.randrange(count)}", dice.randrange(0, 30), dice.randrange(3))))
    found.extend((f"far{number}", Reach("p1", 1)) for number in range(50))
    return Counted(found)


@pytest.mark.parametrize("seed", range(3))
def test_questions(seed):
    network = large(seed)
    best = distances(network, "p0")
    assert max(network.asked.values()) == 1
    assert set(network.asked) <= set(best)
    for goal in ("p17", "p203", list(best)[5], list(best)[-1]):
        network.asked.clear()
        found = route(network, "p0", goal)
        assert (found[0] if found else None) == best.get(goal)
        assert max(network.asked.values()) == 1
        assert goal not in network.asked
        assert found is None or max(best[place] for place in network.asked) <= found[0]
    network.asked.clear()
    stops = list(best)[3:300:9]
    assert rounds(network, stops) is None or max(network.asked.values()) == 1
    assert max(network.asked.values()) == 1


def test_question_for_itself():
    network = net("a-b:3", Counted)
    route(network, "a", "a")
    assert network.asked == {}


def test_nothing_is_kept():
    network = net("a-b:3")
    assert (route(network, "a", "b"), distances(network, "a"), rounds(network, "ab"))[1] == {"a": 0, "b": 3}
    network._reaches["a"] = [Reach("b", 9), Reach("c", 1)]
    assert route(network, "a", "b")[0] == 9
    assert distances(network, "a") == {"a": 0, "c": 1, "b": 9}
    assert rounds(network, "ab")[0] == 9


def test_a_ladder_of_equal_ways():
    found = []
    for step in range(60):
        for side in "xy":
            for other in "xy":
                found.append((f"{side}{step:02}", Reach(f"{other}{step + 1:02}", 1)))
    network = Counted(found)
    answer = route(network, "x00", "y60")
    assert answer[0] == 60
    assert answer[2][:3] == ("x00", "x01", "x02")
    assert answer[2][58:] == ("x58", "x59", "y60")
