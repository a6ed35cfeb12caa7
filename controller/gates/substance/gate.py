"""Something that runs is changed, no life is undone, little is left undone, and growth stays within bounds.

What can still get through: code that runs and does nothing of use, and a text that says TODO in other words.
"""

from collections import Counter

from controller.gates.candidate import Candidate
from controller.gates.substance.behaviour import behaviour, texts
from controller.gates.substance.debt import debt
from controller.gates.substance.repeats import tried_before
from controller.ledger.report import Report

NAME = "substance"
LOOK_BACK = 50  # commits to look for the state before the last change
GRACE = ("todo", "stub", "swallowed", "excused")  # kinds of debt that a life may add, within the policy's allowance


def substance(candidate: Candidate) -> Report:
    """Refuses what changes nothing that runs, undoes the last change, was tried, leaves more undone, or swells."""
    before = texts(candidate, candidate.parent)
    after = texts(candidate, candidate.commit)
    problem = (
        idle(before, after)
        or undone(candidate)
        or tried_before(candidate)
        or owed(growth_of_debt(candidate), candidate.policy.debt)
    )
    if problem:
        return Report(NAME, "refuse", problem)
    notes = []
    for folder, (band, most) in (("agent/", candidate.policy.size_band), ("tests/agent/", candidate.policy.tests_band)):
        grown = growth_of_folder(candidate, folder)
        if grown > most:
            return Report(NAME, "refuse", f"{folder} grew by {grown:,} bytes in one life; at most {most:,} may")
        if grown > band:
            notes.append(f"{folder} grew by {grown:,} bytes, over the band of {band:,}")
    return Report(NAME, "pass", "; ".join(notes))


def idle(before: dict[str, str], after: dict[str, str]) -> str:
    """What is wrong where nothing that runs is changed."""
    for path in {*before, *after}:
        if behaviour(path, before.get(path, "")) != behaviour(path, after.get(path, "")):
            return ""
    return "nothing that runs is changed: only comments, docstrings, layout or file modes are"


def undone(candidate: Candidate) -> str:
    """What is wrong where the files are again as they were before the last change of the lineage."""
    lineage = candidate.lineage
    now = lineage.tree_without_context(candidate.commit)
    last = lineage.tree_without_context(candidate.parent)
    words = ("rev-list", "--first-parent", f"--max-count={LOOK_BACK}", "--skip=1", candidate.parent, "--")
    for commit in lineage.store.run(*words).split():
        then = lineage.tree_without_context(commit)
        if then == last:
            continue
        if then == now:
            return f"it undoes the last change: every file is as it was at {commit[:10]}"
        return ""
    return ""


def growth_of_folder(candidate: Candidate, folder: str) -> int:
    """How many bytes more a folder has than in the parent."""
    store = candidate.lineage.store
    return store.weight(candidate.commit, folder) - store.weight(candidate.parent, folder)


def growth_of_debt(candidate: Candidate) -> Counter[str]:
    """How much more is left undone than before, kind by kind."""
    before = debt_of(texts(candidate, candidate.parent))
    return debt_of(texts(candidate, candidate.commit)) - before


def debt_of(files: dict[str, str]) -> Counter[str]:
    """What some files leave undone together."""
    total: Counter[str] = Counter()
    for path, text in files.items():
        if path.endswith((".py", ".pyi")):
            total += debt(path, text)
    return total


def owed(more: Counter[str], allowance: int) -> str:
    """What is wrong where more is left undone than may be."""
    if all(kind in GRACE for kind in more) and more.total() <= allowance:
        return ""
    listed = ", ".join(f"{number} {kind}" for kind, number in sorted(more.items()))
    return f"more is left undone than before: {listed}; finish it, or leave it out"
