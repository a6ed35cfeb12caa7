"""When a run is to stand still by itself because it burns without getting anywhere. Pure: it looks at the record.

Spending per minute is a scope of the budget, a full disk and a provider that refuses us stop the run by themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from controller.contract import EVOLVED
from controller.git.log import Generation

FAR = 2_000  # generations, where what they used is added up


@dataclass(frozen=True)
class Breakers:
    """How much is too much; 0 switches one off.

    `deaths`: crashed, killed or refused lives in a row. `same_goal`: lives in a row with one goal, none of which
    evolved. `barren`: lives in a row, none of which evolved. `barren_tokens`, `barren_usd`: what they may use together.
    """

    deaths: int = 0
    same_goal: int = 0
    barren: int = 0
    barren_tokens: int = 0
    barren_usd: float = 0

    @property
    def on(self) -> bool:
        """Whether there is anything to look at."""
        return any((self.deaths, self.same_goal, self.barren, self.barren_tokens, self.barren_usd))

    @property
    def far(self) -> int:
        """How many generations there are to look at."""
        return max(self.deaths, self.same_goal, self.barren, FAR if self.barren_tokens or self.barren_usd else 0)


NO_GOAL = ("", "none")  # none was chosen, or it was refused: no goal that comes again


def tripped(breakers: Breakers, lived: Sequence[Generation]) -> str | None:
    """Why a run is to stand still, or None. `lived`: what it lived since it was last resumed, newest first."""
    dead = list(takewhile(lambda one: one.kind.death, lived))
    without = list(takewhile(lambda one: one.outcome != EVOLVED, lived))
    goal = lived[0].trailers.get("Goal", "") if lived else ""
    same = list(takewhile(lambda one: goal not in NO_GOAL and one.trailers.get("Goal", "") == goal, without))
    used = sum(tokens(one) for one in without)
    if 0 < breakers.deaths <= len(dead):
        return f"{len(dead)} lives in a row ended badly, the last one {dead[0].outcome}"
    if 0 < breakers.same_goal <= len(same):
        return f"{len(same)} lives in a row had the same goal, and none evolved: {goal}"
    if 0 < breakers.barren <= len(without):
        return f"{len(without)} lives in a row did not evolve"
    if 0 < breakers.barren_tokens <= used:
        return f"{used:,} tokens were used by {len(without)} lives in a row that did not evolve"
    cost = sum(dollars(one) for one in without)
    if 0 < breakers.barren_usd <= cost:
        return f"${cost:,.2f} were spent by {len(without)} lives in a row that did not evolve"
    return None


def dollars(one: Generation) -> float:
    """What a generation cost, by its own trailers; 0 where that is unknown."""
    found = one.trailers.get("Cost-USD", "")
    return float(found) if found.replace(".", "", 1).isdecimal() else 0.0


def tokens(one: Generation) -> int:
    """What a generation used, by its own trailers."""
    counts = (one.trailers.get(f"Tokens-{kind}", "") for kind in ("In", "Cached", "Out", "Aborted"))
    return sum(int(count) for count in counts if count.isdecimal())
