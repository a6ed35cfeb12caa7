"""How the parent of the next life is chosen. Pure: the same archive and the same draw give the same node.

To add a strategy: a function, and its row in STRATEGIES.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from heapq import nsmallest
from random import Random

from controller.archive.node import Archive, Node

DGM_MIDDLE, DGM_STEEPNESS = 0.5, 10.0


@dataclass(frozen=True)
class Choice:
    """A parent, and what stood against it: the weight or the draw of each candidate, best first, as far as `SHOWN`."""

    node: Node
    scores: tuple[tuple[str, float], ...] = ()


SHOWN = 5  # scores of a choice that are kept
Strategy = Callable[[Archive, Random], Choice]


def latest(archive: Archive, draw: Random) -> Choice:
    """The newest node: a plain line."""
    return Choice(archive.nodes[-1])


def iid(archive: Archive, draw: Random) -> Choice:
    """Always the first node: independent tries from it, the control that has no selection."""
    return Choice(archive.nodes[0])


def best(archive: Archive, draw: Random) -> Choice:
    """The node with the highest share of passed gradings; of equals the one with the most, then the oldest."""
    measured = [node for node in archive.nodes if node.measured]
    if not measured:
        return Choice(archive.nodes[0])
    ranked = nsmallest(SHOWN, measured, key=lambda node: (-node.rate, -node.passed))
    return Choice(ranked[0], tuple((node.commit, node.rate) for node in ranked))


def dgm(archive: Archive, draw: Random) -> Choice:
    """Drawn with the weight 1 / (1 + e^(-10 (rate - 0.5))) / (1 + children).

    Source: Darwin Gödel Machine (arXiv 2505.22954), parent selection by performance and number of children.
    """
    candidates: list[Node] = []
    weights: list[float] = []
    for node, children in zip(archive.nodes, archive.children, strict=True):
        if node.measured:
            candidates.append(node)
            weights.append(1 / (1 + math.exp(-DGM_STEEPNESS * (node.rate - DGM_MIDDLE))) / (1 + children))
    if not candidates:
        return Choice(archive.nodes[0])
    chosen = draw.choices(candidates, weights)[0]
    order = nsmallest(SHOWN, range(len(candidates)), key=lambda index: -weights[index])
    return Choice(chosen, tuple((candidates[index].commit, weights[index]) for index in order))


def clade(archive: Archive, draw: Random) -> Choice:
    """Thompson sampling over clades: the node with the largest draw of Beta(1 + passed, 1 + failed).

    Both numbers are sums over the node and all its descendants. Of equal draws the node with the fewest children.
    Source: Huxley-Gödel Machine (arXiv 2510.21614), clade metaproductivity; its sums written anew, since the
    published code lets a node's own results grow with each look.
    """
    drawn: list[tuple[float, int, int]] = []
    for index, sums in enumerate(archive.clades()):
        theta = draw.betavariate(1 + sums.passed, 1 + sums.failed)
        drawn.append((-theta, archive.children[index], index))
    shown = nsmallest(SHOWN, drawn)
    scores = tuple((archive.nodes[index].commit, -theta) for theta, _, index in shown)
    return Choice(archive.nodes[shown[0][2]], scores)


@dataclass(frozen=True)
class StrategyRow:
    """One strategy. `needs_results`: it looks at gradings, so that every node is to be measured."""

    choose: Strategy
    needs_results: bool = True


LATEST = "latest"
STRATEGIES: dict[str, StrategyRow] = {
    LATEST: StrategyRow(latest, needs_results=False),
    "best": StrategyRow(best),
    "iid": StrategyRow(iid, needs_results=False),
    "dgm": StrategyRow(dgm),
    "clade": StrategyRow(clade),
}
