"""When a run pauses by itself, because it spends and gets nowhere. Pure: it looks at the record.

Spending per minute is a scope of the budget; a full disk and a provider that refuses us pause a run in any case.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from controller.contract import EVOLVED
from controller.git.log import Generation

FAR = 2_000  # generations, where what they used is added up
NO_GOAL = ("", "none")  # none was chosen, or it was refused: no goal that comes again
TOKENS = ("Tokens-In", "Tokens-Cached", "Tokens-Out", "Tokens-Aborted")


@dataclass(frozen=True)
class PauseRules:
    """How much is too much; 0 switches a rule off.

    `deaths`: crashed, killed or refused lives in a row. `same_goal`: lives in a row with one goal, none of which
    evolved. `barren`: lives in a row, none of which evolved. `barren_tokens`, `barren_usd`: what they may use together.
    """

    deaths: int = 0
    same_goal: int = 0
    barren: int = 0
    barren_tokens: int = 0
    barren_usd: float = 0

    @property
    def is_set(self) -> bool:
        """Whether there is any rule."""
        return self != PauseRules()

    @property
    def far(self) -> int:
        """How many generations there are to look at."""
        if self.barren_tokens or self.barren_usd:
            return max(FAR, self.deaths, self.same_goal, self.barren)
        return max(self.deaths, self.same_goal, self.barren)


def reason_to_pause(rules: PauseRules, lived: Sequence[Generation]) -> str | None:
    """Why a run is to pause, or None. `lived`: what it lived since it was last resumed, newest first."""
    dead = list(takewhile(is_death, lived))
    if 0 < rules.deaths <= len(dead):
        return f"{len(dead)} lives in a row ended badly, the last one {dead[0].outcome}"
    barren = list(takewhile(is_barren, lived))
    same = same_goal_as_newest(barren)
    if 0 < rules.same_goal <= same:
        return f"{same} lives in a row had the same goal, and none evolved: {goal_of(barren[0])}"
    if 0 < rules.barren <= len(barren):
        return f"{len(barren)} lives in a row did not evolve"
    used = sum(tokens_of(one) for one in barren)
    if 0 < rules.barren_tokens <= used:
        return f"{used:,} tokens were used by {len(barren)} lives in a row that did not evolve"
    cost = sum(dollars_of(one) for one in barren)
    if 0 < rules.barren_usd <= cost:
        return f"${cost:,.2f} were spent by {len(barren)} lives in a row that did not evolve"
    return None


def is_death(one: Generation) -> bool:
    """Whether a life crashed, was killed or refused."""
    return one.kind.death


def is_barren(one: Generation) -> bool:
    """Whether a life did not evolve."""
    return one.outcome != EVOLVED


def same_goal_as_newest(lived: Sequence[Generation]) -> int:
    """How many lives in a row, from the newest on, had its goal; 0 where it had none."""
    if not lived or goal_of(lived[0]) in NO_GOAL:
        return 0
    count = 0
    for one in lived:
        if goal_of(one) != goal_of(lived[0]):
            break
        count += 1
    return count


def goal_of(one: Generation) -> str:
    """The title of a life's goal, "" where there is none."""
    return one.trailers.get("Goal", "")


def dollars_of(one: Generation) -> float:
    """What a generation cost, by its own trailers; 0 where that is unknown."""
    cost = one.trailers.get("Cost-USD", "")
    if cost.replace(".", "", 1).isdecimal():
        return float(cost)
    return 0.0


def tokens_of(one: Generation) -> int:
    """What a generation used, by its own trailers."""
    total = 0
    for name in TOKENS:
        count = one.trailers.get(name, "")
        if count.isdecimal():
            total += int(count)
    return total
