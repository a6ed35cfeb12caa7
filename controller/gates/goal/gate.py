"""The gate goal: a life's own goal is not empty: where it was opened, one of its checks at least still fails.

The checks are run, isolated, on a tree that the lineage had already accepted; nothing of the candidate is run here.
"""

import re

from controller.contract import CHECKS, CONTEXT_BYTES, CONTEXT_FILE, ROLLED_BACK, Goal, one_line
from controller.gates.candidate import Candidate
from controller.gates.goal.checks import failure
from controller.git.log import NOBODY, Generation, generations, standing, tip
from controller.git.repository import Repository
from controller.ledger.report import Report
from controller.memory import chosen_goal, parse_context, proposal

NAME = "goal"
FAR, ENDS = 2_000, 100  # generations, and ends of goals among them, in which a dropped goal is looked for
UNCHECKED = "not met: the goal has no done_when, so nothing was checked; `heirloom goals close` ends it"


def goal(candidate: Candidate) -> Report:
    """Refuses a goal of the genome's own that was dropped before, or whose every check succeeded when it was opened."""
    own = goal_of(candidate)
    opened = opened_at(candidate, own)
    if own is None or not own.done_when or opened is None:
        return Report(NAME, "pass")
    if opened == candidate.parent:
        again = dropped_before(candidate.lineage.store, opened, own)
        if again:
            return Report(NAME, "refuse", again, of_words=True)
    if failures(candidate, own, opened, enough=1):
        return Report(NAME, "pass")
    checks = "; ".join(f"`{one_line(check)}`" for check in own.done_when)
    reason = (
        f"the goal is empty: at {opened[:10]}, before any work on it, each of its checks succeeds, without .git: "
        f"{checks}; checks fail until their goal is reached: this one is not kept"
    )
    return Report(NAME, "refuse", reason, of_words=True)


def failures(candidate: Candidate, own: Goal, commit: str, enough: int = CHECKS) -> list[str]:
    """How the goal's checks fail at a commit; `enough`: after so many the others are not run."""
    found: list[str] = []
    for check in own.done_when:
        if len(found) < enough and (failed := failure(candidate, check, commit)):
            found.append(failed)
    return found


def met_or_not(candidate: Candidate) -> Report:
    """As a gate's answer: whether the goal is met, and why not."""
    failed = unmet(candidate)
    return Report(NAME, "refuse" if failed else "pass", "\n".join(failed))


def unmet(candidate: Candidate) -> list[str]:
    """Why the goal is not met by the candidate; nothing: it is, every check of it succeeds there.

    A goal without checks is never met; of the operator's that is said. The checks of a life's own goal are run once
    more where it was opened: what succeeds there by now tells the time, not the work.
    """
    goal = goal_of(candidate)
    if goal is None:
        return []
    if not goal.done_when:
        return [UNCHECKED] if candidate.goal is not None else []
    found = failures(candidate, goal, candidate.commit)
    if found:
        return found
    opened = opened_at(candidate, goal)
    if opened is not None and not failures(candidate, goal, opened, enough=1):
        return [f"not met: its checks succeed at {opened[:10]} too, where it was opened: they do not hang on the work"]
    return []


def goal_of(candidate: Candidate) -> Goal | None:
    """What the candidate's life worked on, by what it pushed."""
    text = candidate.lineage.read(candidate.commit, CONTEXT_FILE, CONTEXT_BYTES)
    child = proposal(candidate.before, parse_context(text), candidate.generation)
    return chosen_goal(candidate.before, child, candidate.goal)


def dropped_before(store: Repository, parent: str, own: Goal) -> str:
    """Where the lineage gave this goal up already, under whatever name; nothing where it did not."""
    wanted = set(marks_of(own))
    for one in ends_of_goals(standing(generations(store, parent, limit=FAR)))[:ENDS]:
        context = parse_context(store.read(one.commit, CONTEXT_FILE, CONTEXT_BYTES))
        old = context.goal if context else None
        if old is None or old.status != "dropped" or not old.done_when:
            continue
        if wanted & set(marks_of(old)):
            return (
                f"the goal was dropped in generation {one.number}, after {old.attempts} lives, as "
                f"{one_line(old.title)!r}: its title or its checks are the same; choose another"
            )
    return ""


def ends_of_goals(lived: list[Generation]) -> list[Generation]:
    """Of generations, the newest first, the last one on each goal."""
    found = []
    newer: Generation | None = None
    for one in lived:
        if newer is None or newer.trailers.get("Goal", "") != one.trailers.get("Goal", ""):
            found.append(one)
        newer = one
    return found


def marks_of(own: Goal) -> tuple[str, str]:
    """What a goal is known by, under another name too: the words of its title, and its checks."""
    title = " ".join(re.findall(r"\w+", own.title.casefold()))
    checks = sorted(" ".join(check.split()) for check in own.done_when)
    return title, "\n".join(checks)


def opened_at(candidate: Candidate, own: Goal | None) -> str | None:
    """The commit that the life which opened the goal was born of; None: the goal is the operator's.

    Each life on a goal is one commit, so its attempts count the way back. One that was open before any life had
    worked on it was written by whoever made the first commit.
    """
    if own is None or own.status != "open" or candidate.goal is not None:
        return None
    standing_goal = candidate.before.goal
    if standing_goal is None or standing_goal.status != "open":
        return candidate.parent
    if standing_goal.attempts == 0:
        return None
    return lives_before(candidate.lineage.store, candidate.parent, standing_goal.attempts)


def lives_before(store: Repository, commit: str, lives: int) -> str | None:
    """The commit so many lives before another; what the operator made in between is no life of the goal's."""
    found: str | None = commit
    while lives and found:
        one = tip(store, found)
        before = f"{found}^"
        if one and one.outcome == ROLLED_BACK:
            before = one.trailers.get("Attempt", "") or before
        found = store.resolve(before)
        if one is None or one.trailers.get("Run") != NOBODY:
            lives -= 1
    return None if lives else found
