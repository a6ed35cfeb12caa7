"""A person ends a goal of theirs: one commit, no life. The way in which a goal without checks comes to its end."""

import time
from contextlib import closing
from datetime import UTC, datetime
from typing import Literal

from controller.audit.open_ledger import open_checked
from controller.contract import CLOSED, Facts, Goal, one_line
from controller.errors import RequestError
from controller.git.lineage import Lineage
from controller.git.log import NOBODY, generations, newest_on
from controller.ledger.journal import Journal
from controller.memory import complete
from controller.operations.adopt import find_newest
from controller.operations.operator_commit import commit
from controller.operations.rollback import check_judged, memory
from controller.state.place import Place, make_state, sole_controller

End = Literal["met", "dropped"]


def close_goal(place: Place, stated: tuple[Goal, ...], title: str, end: End) -> tuple[int, str]:
    """Write down that a goal is met or dropped: the generation's number and commit. Nobody may live the lineage.

    `stated`: the operator's goals. Raises RequestError where there is no such open goal.
    """
    find_newest(place)
    make_state(place)
    with sole_controller(place):
        newest = find_newest(place)
        lineage = Lineage(place.repository, place.store, place.branch)
        with closing(open_checked(place, lineage, newest.commit)) as database:
            journal = Journal(database)
            check_judged(journal, place.branch)
            goal = open_goal(lineage, newest.commit, stated, title).model_copy(update={"status": end})
            number, now = newest.number + 1, time.time()
            says = f"the operator closed the goal as {end}"
            facts = Facts(
                outcome=CLOSED,
                parent=newest.commit,
                reasons=(says,),
                date=datetime.fromtimestamp(int(now), UTC).isoformat(),
            )
            after = complete(memory(lineage, newest.commit), None, number, goal, facts)
            tree = lineage.tree(newest.commit)
            made = commit(lineage, number, CLOSED, f"{says}: {one_line(title)}", tree, after, now, NOBODY)
            lineage.advance(made, newest.commit, number)
            journal.make_room(place.branch)
    return number, made


def open_goal(lineage: Lineage, head: str, stated: tuple[Goal, ...], title: str) -> Goal:
    """The goal of this title as the lineage left it. Raises RequestError where it has none, or it came to its end."""
    last = newest_on(generations(lineage.store, head)).get(one_line(title))
    left = memory(lineage, last.commit).goal if last is not None else None
    found = {goal.title: goal for goal in stated}
    if left is not None:
        found[left.title] = left
    goal = found.get(title)
    if goal is None:
        titles = ", ".join(repr(one.title) for one in stated) or "none"
        raise RequestError(f"{lineage.branch} has no goal {title!r}; stated are: {titles}")
    if goal.status != "open":
        raise RequestError(f"the goal {title!r} is {goal.status} already")
    return goal
