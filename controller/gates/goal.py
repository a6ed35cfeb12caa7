"""A life's own goal is not empty: at the commit at which it was opened, one of its checks at least still fails.

The checks are run, isolated, on a tree that the lineage had already accepted; nothing of the candidate is run here.
"""

import re
from dataclasses import replace
from itertools import pairwise

from controller.contract import CONTEXT_BYTES, CONTEXT_FILE, Goal, one_line
from controller.gates.candidate import Candidate
from controller.git.log import NOBODY, Generation, generations, standing, tip
from controller.git.repository import Repository
from controller.ledger.report import Report
from controller.memory import chosen_goal, parse_context, proposal

NAME = "goal"
FAR, ENDS = 2_000, 100  # generations, and ends of goals among them, in which a dropped goal is looked for
CHECK_SECONDS = 60.0  # of one check; a goal has five at most
CHECK_CHARS, LAST_CHARS = 80, 120  # of what the next life is told of one that failed


def goal(candidate: Candidate) -> Report:
    """Refuses a goal of the genome's own that was dropped before, or whose every check succeeded when it was opened."""
    own = goal_of(candidate)
    opened = opened_at(candidate, own)
    if own is None or not own.done_when or opened is None:
        return Report(NAME, "pass")
    if opened == candidate.parent and (again := dropped_before(candidate.lineage.store, opened, own)):
        return Report(NAME, "refuse", again, of_words=True)
    folder = candidate.room.folder
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    candidate.lineage.export(opened, folder / "opened")
    candidate.room.isolation.own(folder)
    if any(failure(candidate, check, "opened") for check in own.done_when):
        return Report(NAME, "pass")
    told = "; ".join(f"`{one_line(check)}`" for check in own.done_when)
    reason = (f"the goal is empty: at {opened[:10]}, before any work on it, each of its checks succeeds, "
              f"without .git: {told}; checks fail until their goal is reached: this one is not kept")  # fmt: skip
    return Report(NAME, "refuse", reason, of_words=True)


def goal_of(candidate: Candidate) -> Goal | None:
    """What the candidate's life worked on, by what it pushed."""
    text = candidate.lineage.read(candidate.commit, CONTEXT_FILE, CONTEXT_BYTES)
    child = proposal(candidate.before, parse_context(text), candidate.generation)
    return chosen_goal(candidate.before, child, candidate.goal)


def dropped_before(store: Repository, parent: str, own: Goal) -> str:
    """Where the lineage gave this goal up already, under whatever name; nothing where it did not."""
    lived = standing(generations(store, parent, limit=FAR))
    ends = [one for newer, one in pairwise([None, *lived]) if one and (newer is None or title(newer) != title(one))]
    for one in ends[:ENDS]:
        context = parse_context(store.read(one.commit, CONTEXT_FILE, CONTEXT_BYTES))
        old = context.goal if context else None
        if old and old.status == "dropped" and old.done_when and set(fingerprint(old)) & set(fingerprint(own)):
            return (f"the goal was dropped in generation {one.number}, after {old.attempts} lives, as "
                    f"{one_line(old.title)!r}: its title or its checks are the same; choose another")  # fmt: skip
    return ""


def title(one: Generation) -> str:
    return one.trailers.get("Goal", "")


def fingerprint(own: Goal) -> tuple[str, str]:
    """What a goal is known by, under another name too: the words of its title, and its checks."""
    words = re.findall(r"\w+", own.title.casefold())
    return " ".join(words), "\n".join(sorted(" ".join(check.split()) for check in own.done_when))


def opened_at(candidate: Candidate, own: Goal | None) -> str | None:
    """The commit that the life which opened the goal was born of; None: the goal is the operator's.

    Each life on a goal is one commit, so its attempts count the way back. One that was open before any life had
    worked on it was written by whoever made the first commit.
    """
    if own is None or own.status != "open" or candidate.goal is not None:
        return None
    standing = candidate.before.goal
    if standing is None or standing.status != "open":
        return candidate.parent
    if standing.attempts == 0:
        return None
    return lives_before(candidate.lineage.store, candidate.parent, standing.attempts)


def lives_before(store: Repository, commit: str, lives: int) -> str | None:
    """The commit so many lives before another; what the operator made in between is no life of the goal's."""
    found: str | None = commit
    while lives and found:
        one = tip(store, found)
        back = one.trailers.get("Attempt", "") if one and one.outcome == "rolled-back" else ""
        found = store.resolve(back or f"{found}^")
        lives -= one is None or one.trailers.get("Run") != NOBODY
    return None if lives else found


def failure(candidate: Candidate, check: str, tree: str) -> str:
    """How a check fails in a tree of the room, with the last of what it printed; "" where it succeeds in its time."""
    room = candidate.room
    seconds = min(CHECK_SECONDS, room.bounds.seconds)
    ending = replace(room, bounds=replace(room.bounds, seconds=seconds)).run(("bash", "-c", check), cwd=tree)
    if ending.exit_code == 0 and not ending.limit:
        return ""
    how = f"limit {ending.limit}" if ending.limit else f"exit {ending.exit_code}"
    last = one_line(ending.output[-LAST_CHARS:])
    return f"not met: {one_line(check, CHECK_CHARS)} ({how})" + (f": {last}" if last else "")
