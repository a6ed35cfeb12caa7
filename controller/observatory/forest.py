"""Lineages as one forest: each generation once, under the commit that its work goes on from.

A life that came to nothing is a leaf beside the line. After a rollback the line goes on from the generation that the
operator went back to, and what was lived since is a branch that ended.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from controller.contract import CONTEXT_BYTES, CONTEXT_FILE, ROLLED_BACK
from controller.git.log import Generation
from controller.git.trailers import CHAMPION, MERGED
from controller.ledger.observed import AbortedTry, aborted_tries, death_reasons
from controller.memory import first_reasons, parse_context
from controller.observatory.revision import lived_on
from controller.state.place import Place


@dataclass
class Node:
    """A generation in its place. `tips`: the lineages whose newest it is; `merged`: the other one it was made of."""

    one: Generation
    reason: str = ""  # why it came to nothing
    tips: tuple[str, ...] = ()
    champion: bool = False
    merged: int | None = None
    aborted: tuple[AbortedTry, ...] = ()  # tries at it that the world ended
    below: list["Node"] = field(default_factory=list)

    @property
    def plain(self) -> bool:
        """Whether nothing but the line itself passes here, so that it may be folded."""
        marked = self.tips or self.champion or self.merged is not None or self.aborted
        return not marked and not self.one.kind.death and self.one.kind.lived


@dataclass(frozen=True)
class Forest:
    """The first generations, each with what follows. `ledger`: whether there is one."""

    roots: list[Node]
    nodes: int
    ledger: bool


def forest(place: Place, branches: Sequence[str]) -> Forest:
    """The forest of these lineages. Raises RequestError, LedgerError."""
    lines = {branch: lived_on(place, branch)[::-1] for branch in branches}
    nodes: dict[str, Node] = {}
    for branch, lived in lines.items():
        for one in lived:
            nodes.setdefault(one.commit, Node(one))
        tip = nodes[lived[-1].commit]
        tip.tips = (*tip.tips, branch)
    with place.open_ledger() as database:
        known = database is not None
        if database is not None:
            for branch in branches:
                remember(nodes, lines[branch], death_reasons(database, branch), aborted_tries(database, branch))
    if not known:
        for lived in lines.values():
            remember(nodes, lived, remembered_reasons(place, lived[-1]), {})
    for lived in lines.values():
        crown(lived, nodes)
    return Forest(grow(nodes), len(nodes), known)


def remember(
    nodes: Mapping[str, Node],
    lived: Iterable[Generation],
    reasons: Mapping[int, str],
    aborted: Mapping[int, tuple[AbortedTry, ...]],
) -> None:
    """Write to the nodes what the ledger knows of their lives."""
    for one in lived:
        node = nodes[one.commit]
        node.reason = reasons.get(one.number, node.reason) if one.kind.death else ""
        node.aborted = aborted.get(one.number, node.aborted)


def remembered_reasons(place: Place, newest: Generation) -> dict[int, str]:
    """By generation, why its life came to nothing, as far back as the memory of the newest goes."""
    return first_reasons(parse_context(place.repository.read(newest.commit, CONTEXT_FILE, CONTEXT_BYTES)))


def crown(lived: Sequence[Generation], nodes: Mapping[str, Node]) -> None:
    """Mark the champion of a lineage, the first generation first, where its newest commit names one."""
    best = nodes.get(lived[-1].trailers.get(CHAMPION, ""))
    if best is not None:
        best.champion = True


def grow(nodes: Mapping[str, Node]) -> list[Node]:
    """Hang each generation, older ones first, under what it goes on from; those that nothing stands above."""
    roots: list[Node] = []
    above: dict[str, Node | None] = {}
    for commit, node in nodes.items():
        start = node.one.parent
        if node.one.outcome == ROLLED_BACK:
            start = node.one.trailers.get("Attempt", start)
        parent = nodes.get(start)
        while parent is not None and parent.one.kind.death:  # it left the genome as it found it
            parent = above[parent.one.commit]
        above[commit] = parent
        merged = nodes.get(node.one.trailers.get(MERGED, ""))
        node.merged = merged.one.number if merged is not None else None
        (roots if parent is None else parent.below).append(node)
    return roots


def folded(node: Node) -> list[Node]:
    """The stretch of plain generations that begins here, each with only the next below it; at least one."""
    stretch = [node]
    while stretch[-1].plain and len(stretch[-1].below) == 1 and stretch[-1].below[0].plain:
        stretch.append(stretch[-1].below[0])
    return stretch
