"""Gate 3: something that runs is changed, no life is undone, little is left undone, and growth stays within bounds.

What can still get through: code that runs and does nothing of use, and a text that says TODO in other words.
"""

from collections import Counter

from controller.gates.candidate import Candidate
from controller.gates.source import parsed
from controller.gates.substance.behaviour import behaviour, texts
from controller.gates.substance.debt import debt, strengths
from controller.gates.substance.repeats import already
from controller.ledger.report import Report

NAME = "substance"
LOOK_BACK = 50  # commits to look for the state before the last change
GRACE = ("todo", "stub", "swallowed", "excused")


def substance(candidate: Candidate) -> Report:
    """Refuses what changes nothing that runs, undoes the last change, was tried, leaves more undone, or swells."""
    before, after = texts(candidate, candidate.parent), texts(candidate, candidate.commit)
    for problem in (
        idle(before, after),
        undone(candidate),
        already(candidate),
        owed(growth(candidate), candidate.policy.debt),
        weakened(before, after),
    ):
        if problem:
            return Report(NAME, "refuse", problem)
    notes, store = [], candidate.lineage.store
    bands = (("agent/", candidate.policy.size_band), ("tests/agent/", candidate.policy.tests_band))
    for folder, (band, most) in bands:
        grown = store.weight(candidate.commit, folder) - store.weight(candidate.parent, folder)
        if grown > most:
            return Report(NAME, "refuse", f"{folder} grew by {grown:,} bytes in one life; at most {most:,} may")
        notes += [f"{folder} grew by {grown:,} bytes, over the band of {band:,}"] if grown > band else []
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
    now, last = lineage.tree_without_context(candidate.commit), lineage.tree_without_context(candidate.parent)
    words = ("rev-list", "--first-parent", f"--max-count={LOOK_BACK}", "--skip=1", candidate.parent, "--")
    for commit in lineage.store.run(*words).split():
        if (then := lineage.tree_without_context(commit)) != last:
            same = now == then
            return f"it undoes the last change: every file is as it was at {commit[:10]}" if same else ""
    return ""


def growth(candidate: Candidate) -> Counter[str]:
    """How much more is left undone than before, kind by kind."""
    before, after = (
        sum((debt(path, text) for path, text in files.items() if path.endswith((".py", ".pyi"))), Counter())
        for files in (texts(candidate, candidate.parent), texts(candidate, candidate.commit))
    )
    return after - before


def owed(more: Counter[str], allowance: int) -> str:
    """What is wrong where more is left undone than may be."""
    told = ", ".join(f"{number} {kind}" for kind, number in sorted(more.items()))
    if any(kind not in GRACE for kind in more) or sum(more.values()) > allowance:
        return f"more is left undone than before: {told}; finish it, or leave it out"
    return ""


def weakened(before: dict[str, str], after: dict[str, str]) -> str:
    """What is wrong where a test of the parent's states less than it did."""
    for path in sorted(path for path in before if path.startswith("tests/") and path.endswith(".py")):
        old, new = parsed(before[path]), parsed(after.get(path, ""))
        if old is None or new is None:
            continue
        left = strengths(new)
        for name, strength in strengths(old).items():
            if name in left and left[name] < strength:
                return f"{path}: {name} states less than it did ({left[name]} for {strength})"
    return ""
