"""A change that was tried already: known by its fingerprint, in the ledger, for as long as the lineage lives.

The rule. A change is refused as tried when, in a generation that this one follows, the same change
- was refused by the same gates on the same tree of the parent's: nothing has changed that could let it pass; or
- was refused by them on two other trees: it had its second chance; or
- evolved: that it can be made again shows that it was undone, and a lineage does not go round in circles.
Not counted: what could not be checked; what only the memory, the goal or the claim let fail (another word may mend
that); lives that the world ended; other lineages. A change is the same when the same top-level statements of the same
files become the same others; comments, docstrings, layout, agent_context.json and all else of the tree do not count.
"""

import hashlib

from controller.gates.candidate import Candidate
from controller.gates.substance.behaviour import behaviour, texts, units
from controller.gates.verdict import Verdict
from controller.ledger.report import Report

OF_WORDS = ("context", "goal", "evidence")  # gates that judge what is said of a change, not the change


def change_fingerprint(candidate: Candidate) -> str:
    """The same for the same change, wherever it is made."""
    before = texts(candidate, candidate.parent)
    after = texts(candidate, candidate.commit)
    changes: list[object] = []
    for path in sorted({*before, *after}):
        old_text, new_text = before.get(path, ""), after.get(path, "")
        old, new = units(path, old_text), units(path, new_text)
        gone, come = sorted((old - new).elements()), sorted((new - old).elements())
        if gone or come:
            changes.append((path, gone, come))
        elif behaviour(path, old_text) != behaviour(path, new_text):
            changes.append((path, behaviour(path, new_text)))  # the same in another order
    return hashlib.sha256(repr(changes).encode("utf-8", "surrogateescape")).hexdigest()


def tried_before(candidate: Candidate) -> str:
    """What is wrong where the same change was tried before."""
    if candidate.judgements is None:
        return ""
    tree = candidate.lineage.tree_without_context(candidate.parent)
    refused, here = [], []
    evolved = None
    for one in candidate.judgements.earlier(change_fingerprint(candidate)):
        if not follows(candidate, one.commit):
            continue
        if one.decision == "pass":
            evolved = one
        if not one.again:
            refused.append(one)
            if one.tree == tree:
                here.append(one)
    if evolved is not None:
        return f"generation {evolved.generation} made this very change, and it was undone since: do something else"
    trees = {one.tree for one in refused}
    if here or len(trees) >= candidate.policy.chances:
        last = (here or refused)[-1]
        return (
            f"this very change was tried in generation {last.generation} and refused ({last.gate}): "
            "build on it, mend what was wrong, or do something else"
        )
    return ""


def follows(candidate: Candidate, commit: str) -> bool:
    """Whether a generation is a predecessor: a branch that was deleted and begun anew has none of its namesake's."""
    lineage = candidate.lineage
    return lineage.store.resolve(commit) is not None and lineage.descends(candidate.parent, commit)


def keep(candidate: Candidate, verdict: Verdict, reports: tuple[Report, ...]) -> None:
    """Write a verdict down, by the fingerprint of the change.

    Not one that could not be reached, and not one of a change that cannot be read.
    """
    if candidate.judgements is None or verdict.decision == "unknown" or verdict.gate == "shape":
        return
    of_words = verdict.gate in OF_WORDS
    for report in reports:
        if report.name == verdict.gate and report.of_words:
            of_words = True
    tree = candidate.lineage.tree_without_context(candidate.parent)
    try:
        fingerprint = change_fingerprint(candidate)
    except Exception:  # noqa: BLE001 - whatever a candidate made a gate trip over stands in its refusal already
        return
    candidate.judgements.keep_judgement(fingerprint, tree, verdict.decision, verdict.gate, of_words)
