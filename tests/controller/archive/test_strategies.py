"""Which parent each strategy chooses."""

from collections import Counter
from random import Random

import pytest

from controller.archive.node import Archive, Node
from controller.archive.strategies import SHOWN, STRATEGIES, best, clade, dgm, iid, latest
from tests.controller.archive.archives import line

DRAWS = 2000


def drawn(archive: Archive, name: str) -> Counter[str]:
    """How often each commit was chosen, over `DRAWS` seeds."""
    return Counter(STRATEGIES[name].choose(archive, Random(seed)).node.commit for seed in range(DRAWS))


def test_latest_is_the_newest() -> None:
    assert latest(line((9, 0), (0, 9)), Random(0)).node.commit == "b"


def test_iid_is_the_first() -> None:
    assert iid(line((0, 9), (9, 0)), Random(0)).node.commit == "a"


def test_best_has_the_highest_rate() -> None:
    assert best(line((2, 8), (7, 3), (4, 6)), Random(0)).node.commit == "b"


def test_best_of_equals_knows_most() -> None:
    assert best(line((1, 1), (5, 5), (2, 2)), Random(0)).node.commit == "b"


def test_best_passes_over_the_unmeasured() -> None:
    assert best(line((1, 9), (0, 0)), Random(0)).node.commit == "a"


@pytest.mark.parametrize("name", ["best", "dgm"])
def test_nothing_measured_means_the_first(name: str) -> None:
    assert STRATEGIES[name].choose(line((0, 0), (0, 0)), Random(0)).node.commit == "a"


def test_dgm_draws_by_rate_and_children() -> None:
    nodes = [
        Node("a", 0, (), 5, 5),
        Node("b", 1, ("a",), 5, 5),
        Node("c", 2, ("b",), 0, 10),
        Node("d", 3, ("b",), 0, 0),
    ]
    counts = drawn(Archive(nodes), "dgm")
    weights = {"a": 0.5 / 2, "b": 0.5 / 3, "c": 1 / (1 + 2.718281828**5)}
    for commit, weight in weights.items():
        assert counts[commit] / DRAWS == pytest.approx(weight / sum(weights.values()), abs=0.05)
    assert counts["d"] == 0


def test_clade_prefers_what_came_of_it() -> None:
    nodes = [
        Node("a", 0, (), 10, 10),
        Node("b", 1, ("a",), 4, 6),
        Node("c", 2, ("a",), 6, 4),
        Node("d", 3, ("b",), 50, 0),
    ]
    counts = drawn(Archive(nodes), "clade")
    assert counts["d"] > DRAWS * 0.9  # its own clade is 50 of 50
    assert counts["b"] > counts["c"]  # b did worse by itself, and its child did best


def test_clade_tries_what_is_unknown() -> None:
    assert drawn(line((5, 5), (0, 0)), "clade")["b"] > DRAWS * 0.3


@pytest.mark.parametrize("name", STRATEGIES)
def test_one_seed_means_one_choice(name: str) -> None:
    archive = line((3, 7), (5, 5), (6, 4), (0, 0))
    assert STRATEGIES[name].choose(archive, Random(7)) == STRATEGIES[name].choose(archive, Random(7))


@pytest.mark.parametrize("name", ["best", "dgm", "clade"])
def test_a_choice_shows_few_scores(name: str) -> None:
    scores = STRATEGIES[name].choose(line(*[(3, 7)] * 8), Random(7)).scores
    assert len(scores) == SHOWN
    assert [score for _, score in scores] == sorted((score for _, score in scores), reverse=True)


def test_clade_chooses_its_highest_draw() -> None:
    choice = clade(line((3, 7), (5, 5), (6, 4)), Random(3))
    assert choice.node.commit == choice.scores[0][0]


def test_dgm_shows_weights() -> None:
    assert dict(dgm(line((5, 5)), Random(3)).scores) == {"a": 0.5}
