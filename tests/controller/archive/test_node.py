"""The nodes of an archive, and the sums over what came of each."""

import pytest
from hypothesis import given

from controller.archive.node import Archive, Clade, Node
from controller.errors import RequestError
from tests.controller.archive.archives import archives, line


@given(archives())
def test_each_descendant_counts_once(archive: Archive) -> None:
    passed = {node.commit: node.passed for node in archive.nodes}
    failed = {node.commit: node.failed for node in archive.nodes}
    for node in archive.nodes:
        for ancestor in archive.ancestors(node.commit):
            passed[ancestor] += node.passed
            failed[ancestor] += node.failed
    assert archive.clades() == [Clade(passed[node.commit], failed[node.commit]) for node in archive.nodes]


def test_sums_leave_own_results_alone() -> None:
    archive = line((1, 2), (3, 4))
    assert archive.clades() == archive.clades() == [Clade(4, 6), Clade(3, 4)]
    assert [(node.passed, node.failed) for node in archive.nodes] == [(1, 2), (3, 4)]


def test_a_diamond_counts_its_merge_once() -> None:
    nodes = [Node("a", 0), Node("b", 1, ("a",)), Node("c", 2, ("a",)), Node("d", 3, ("b", "c"), 5, 1)]
    assert Archive(nodes).clades() == [Clade(5, 1)] * 4


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ([], "the archive is empty"),
        ([Node("b", 1, ("a",))], "has no node a"),
        ([Node("b", 1, ("b",))], "has no node b"),
    ],
)
def test_an_archive_begins_with_parents(nodes: list[Node], message: str) -> None:
    with pytest.raises(RequestError, match=message):
        Archive(nodes)


def test_a_stranger_is_no_node() -> None:
    with pytest.raises(RequestError, match="no node of this archive"):
        line((0, 0)).node("zzz")
