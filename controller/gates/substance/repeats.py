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


def fingerprint(candidate: Candidate) -> str:
    """The same for the same change, wherever it is made."""
    before, after = texts(candidate, candidate.parent), texts(candidate, candidate.commit)
    told: list[object] = []
    for path in sorted({*before, *after}):
        old, new = units(path, before.get(path, "")), units(path, after.get(path, ""))
        gone, come = sorted((old - new).elements()), sorted((new - old).elements())
        if gone or come:
            told.append((path, gone, come))
        elif behaviour(path, before.get(path, "")) != behaviour(path, after.get(path, "")):
            told.append((path, behaviour(path, after.get(path, ""))))  # the same in another order
    return hashlib.sha256(repr(told).encode("utf-8", "surrogateescape")).hexdigest()


def already(candidate: Candidate) -> str:
    """What is wrong where the same change was tried before."""
    if candidate.judgements is None:
        return ""
    earlier = [one for one in candidate.judgements.earlier(fingerprint(candidate)) if follows(candidate, one.commit)]
    if evolved := [one for one in earlier if one.decision == "pass"]:
        return f"generation {evolved[-1].generation} made this very change, and it was undone since: do something else"
    refused = [one for one in earlier if not one.again]
    here = [one for one in refused if one.tree == candidate.lineage.tree_without_context(candidate.parent)]
    if here or len({one.tree for one in refused}) >= candidate.policy.chances:
        last = (here or refused)[-1]
        return (f"this very change was tried in generation {last.generation} and refused ({last.gate}): "
                "build on it, mend what was wrong, or do something else")  # fmt: skip
    return ""


def follows(candidate: Candidate, commit: str) -> bool:
    """Whether a generation is a predecessor: a branch that was deleted and begun anew has none of its namesake's."""
    lineage = candidate.lineage
    return lineage.store.resolve(commit) is not None and lineage.descends(candidate.parent, commit)


def keep(candidate: Candidate, verdict: Verdict, reports: tuple[Report, ...]) -> None:
    """Write a verdict down; one that could not be reached is none, and a change that cannot be read has no print."""
    if candidate.judgements is None or verdict.decision == "unknown" or verdict.gate == "shape":
        return
    again = verdict.gate in OF_WORDS or any(one.of_words for one in reports if one.name == verdict.gate)
    tree = candidate.lineage.tree_without_context(candidate.parent)
    candidate.judgements.keep_judgement(fingerprint(candidate), tree, verdict.decision, verdict.gate, again)
