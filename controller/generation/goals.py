"""Which of the operator's goals the next life is given."""

from controller.contract import Goal, one_line
from controller.generation.parts import Parts
from controller.git.log import Generation, generations, newest_on
from controller.memory import GOAL_ATTEMPTS


def operators_goal(parts: Parts, parent: str) -> Goal | None:
    """The first of the operator's goals that the lineage has neither met nor dropped, with its attempts so far.

    One without checks stays open until a person closes it: after some lives the others have their turn first.
    """
    if parts.instruction is not None:
        return parts.goal
    goals = list(parts.later_goals)
    if parts.goal is not None:
        goals.insert(0, parts.goal)
    if not goals:
        return None
    newest = parts.context(parent).goal
    lives: dict[str, Generation] | None = None
    lasting: Goal | None = None
    for goal in goals:
        before = newest
        if before is None or before.title != goal.title:
            if lives is None:  # the whole branch is read for this: only where it is needed
                lives = newest_on(generations(parts.lineage.store, parent))
            before = goal_after(parts, lives.get(one_line(goal.title)))
        if before is None or before.title != goal.title:
            return goal
        if before.status != "open":
            continue
        going_on = goal.model_copy(update={"attempts": before.attempts})
        if goal.done_when or before.attempts < GOAL_ATTEMPTS:
            return going_on
        lasting = lasting or going_on
    return lasting


def goal_after(parts: Parts, life: Generation | None) -> Goal | None:
    """The goal as a generation left it."""
    if life is None:
        return None
    return parts.context(life.commit).goal
