"""An archive as the branch and the gradings tell it: from a clone it is the same as where it was lived."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace

from controller.archive.node import Archive, Node
from controller.contract import ROLLED_BACK
from controller.git.log import Generation

Results = Mapping[str, tuple[int, int]]  # passed and failed, by commit


def archive_of(root: str, lived: Iterable[Generation], results: Results) -> Archive:
    """The archive of a lineage that began at `root`. `lived`: its generations, oldest first.

    A generation that changed the genome is a node. One that did not goes on from the node that it descends from, as
    its newest memory; one by which the operator went back goes on from the node that it went back to.
    Raises RequestError where a generation descends from what is not there.
    """
    nodes = {root: Node(root, 0)}
    owner = {root: root}  # of each commit: the node whose code it has
    for one in lived:
        base = owner.get(one.parent, one.parent)
        if one.outcome == ROLLED_BACK:
            base = owner.get(one.trailers.get("Attempt", ""), base)
        if one.changed:
            others = [owner.get(commit, commit) for commit in one.merged]
            nodes[one.commit] = Node(one.commit, one.number, (base, *others))
            owner[one.commit] = one.commit
        else:
            owner[one.commit] = base
            if base in nodes:
                nodes[base] = replace(nodes[base], start=one.commit)
    measured = []
    for node in nodes.values():
        passed, failed = results.get(node.commit, (0, 0))
        measured.append(replace(node, passed=passed, failed=failed))
    return Archive(measured)


def digest(archive: Archive) -> str:
    """What two archives have in common exactly if all that a choice looks at is the same: 64 hexadecimal digits."""
    seen = hashlib.sha256()
    for node in archive.nodes:
        words = (node.commit, *node.parents, str(node.passed), str(node.failed))
        seen.update(" ".join(words).encode() + b"\n")
    return seen.hexdigest()
