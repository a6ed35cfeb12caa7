"""What can be a parent: the nodes of an archive, their results, and the results of all that came of each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from controller.errors import RequestError


@dataclass(frozen=True)
class Node:
    """One generation that evolved, or the first commit. `parents`: none, one, or two for a merge, nearest first.

    `start`: where a life that descends from it begins: the newest commit with its code, which may know more than the
    node's own, since lives that changed nothing have written down what they tried; "" means the node's own.
    `passed` and `failed` count its own gradings on the split that steers selection; both are 0 until it is measured.
    """

    commit: str
    generation: int
    parents: tuple[str, ...] = ()
    passed: int = 0
    failed: int = 0
    start: str = ""

    @property
    def measured(self) -> bool:
        """Whether anything is known of it."""
        return self.passed + self.failed > 0

    @property
    def rate(self) -> float:
        """The share of its gradings that passed, from 0 to 1. Only of a node that was measured."""
        return self.passed / (self.passed + self.failed)


@dataclass(frozen=True)
class Clade:
    """The gradings of a node and of all its descendants, each node counted once."""

    passed: int
    failed: int


class Archive:
    """All nodes of a lineage, parents before children. It is never changed; a new node makes a new archive."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        """Raises RequestError where a node names a parent that does not stand before it, or where there is none."""
        self.nodes = tuple(nodes)
        if not self.nodes:
            raise RequestError("the archive is empty: a lineage has at least the commit that it began with")
        self.place: dict[str, int] = {}
        self.children = [0] * len(self.nodes)
        for index, node in enumerate(self.nodes):
            for parent in node.parents:
                if parent not in self.place:
                    raise RequestError(f"the archive has no node {parent[:10]}, a parent of {node.commit[:10]}")
                self.children[self.place[parent]] += 1
            self.place[node.commit] = index

    def node(self, commit: str) -> Node:
        """The node of a commit. Raises RequestError where there is none."""
        if commit not in self.place:
            raise RequestError(f"{commit[:10]} is no node of this archive; `heirloom tree` lists them")
        return self.nodes[self.place[commit]]

    def ancestors(self, commit: str) -> set[str]:
        """Every commit that a node descends from, without itself. Raises RequestError."""
        found: set[str] = set()
        waiting = list(self.node(commit).parents)
        while waiting:
            parent = waiting.pop()
            if parent not in found:
                found.add(parent)
                waiting.extend(self.node(parent).parents)
        return found

    def clades(self) -> list[Clade]:
        """The clade of each node, in their order.

        The results of a node are added to its first parent's, and so on to the root. A merge has more ancestors than
        those: to each of them the sum of the merge is added once.
        """
        passed = [node.passed for node in self.nodes]
        failed = [node.failed for node in self.nodes]
        for index in range(len(self.nodes) - 1, 0, -1):
            for parent in self.nodes[index].parents[:1]:
                passed[self.place[parent]] += passed[index]
                failed[self.place[parent]] += failed[index]
        sums = [(passed[merge], failed[merge]) for merge, _ in self.merged]
        for (_, others), (more_passed, more_failed) in zip(self.merged, sums, strict=True):
            for index in others:
                passed[index] += more_passed
                failed[index] += more_failed
        return [Clade(*both) for both in zip(passed, failed, strict=True)]

    @cached_property
    def merged(self) -> list[tuple[int, list[int]]]:
        """Each merge, with those of its ancestors that its first parent is not and does not descend from."""
        if all(len(node.parents) < 2 for node in self.nodes):
            return []
        found = []
        lines: list[int] = []  # of each node: itself and all its ancestors, one bit a node
        for index, node in enumerate(self.nodes):
            line = 0
            for parent in node.parents:
                line |= lines[self.place[parent]]
            if len(node.parents) > 1:
                found.append((index, list(bits(line & ~lines[self.place[node.parents[0]]]))))
            lines.append(line | 1 << index)
        return found


def bits(number: int) -> Iterator[int]:
    """The places of the bits that are set in a number, lowest first."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest
