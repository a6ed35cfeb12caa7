"""A lineage, or one run of it, summed up: outcomes, goals, deaths, cost, what it began with and what it came to."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from controller.contract import CONTEXT_BYTES, CONTEXT_FILE, Outcome
from controller.errors import RequestError
from controller.git.log import Generation
from controller.ledger.observed import RunRow, death_reasons, runs_of
from controller.memory import parse_context
from controller.observatory.code_size import code_size
from controller.observatory.comparison import cost, tokens
from controller.observatory.revision import known_lineages, lived_on
from controller.state.place import Place

RUNS = 10  # that are named where one is not known


@dataclass
class GoalSum:
    """A goal and the lives that worked on it."""

    title: str
    outcomes: Counter[str] = field(default_factory=Counter)
    tokens: int = 0


@dataclass(frozen=True)
class Summary:
    """What is summed up. `lived`: its generations, oldest first. `usd`: None where a price is not known.

    `start_size`, `end_size`: code tokens of agent/ before its first generation (None: a shallow clone) and after its
    last. `runs`: None without a ledger.
    """

    branch: str
    run: str
    lived: Sequence[Generation]
    outcomes: Counter[str]
    tokens: int
    usd: float | None
    seconds: float
    goals: Sequence[GoalSum]
    reasons: dict[int, str]
    lessons: Sequence[str]
    start_size: int | None
    end_size: int
    runs: Sequence[RunRow] | None


def summary(place: Place, what: str) -> Summary:
    """A lineage or a run, as the operator names it; "": the lineage of `place`. Raises RequestError, LedgerError."""
    known = known_lineages(place)
    if not what or what in known:
        branch = what or place.branch
        return summed(place, branch, "", lived_on(place, branch)[::-1])
    seen: list[str] = []
    for branch in known:
        lived = lived_on(place, branch)[::-1]
        of_run = [one for one in lived if one.trailers.get("Run") == what]
        if of_run:
            return summed(place, branch, what, of_run)
        seen += [one.trailers.get("Run", "") for one in lived]
    runs = ", ".join(list(dict.fromkeys(run for run in reversed(seen) if run not in ("", "none")))[:RUNS])
    raise RequestError(
        f"{what!r} is no generation's number, no lineage and no run here. Lineages: {', '.join(known) or 'none'}; "
        f"newest runs: {runs or 'none'}"
    )


def summed(place: Place, branch: str, run: str, lived: Sequence[Generation]) -> Summary:
    """These generations of a lineage."""
    repository, last = place.repository, lived[-1]
    context = parse_context(repository.read(last.commit, CONTEXT_FILE, CONTEXT_BYTES))
    reasons = {}
    for entry in context.history if context else ():
        if entry.facts is not None and entry.facts.reasons:
            reasons[entry.generation] = entry.facts.reasons[0]
    runs = None
    with place.open_ledger() as database:
        if database is not None:
            reasons |= death_reasons(database, branch)
            runs = [one for one in runs_of(database, branch) if run in ("", one.id)]
    costs = [cost(one) for one in lived]
    prices = [usd for usd in costs if usd is not None]
    before = lived[0].parent
    return Summary(
        branch=branch,
        run=run,
        lived=lived,
        outcomes=Counter(Outcome.parse(one.outcome).name for one in lived),
        tokens=sum(map(tokens, lived)),
        usd=round(sum(prices), 9) if len(prices) == len(costs) else None,
        seconds=sum(seconds(one) for one in lived),
        goals=goals(lived),
        reasons=reasons,
        lessons=context.lessons if context else (),
        start_size=code_size(repository, before) if before and repository.resolve(before) else None,
        end_size=code_size(repository, last.commit),
        runs=runs,
    )


def goals(lived: Sequence[Generation]) -> list[GoalSum]:
    """The goals in the order in which they came up."""
    found: dict[str, GoalSum] = {}
    for one in lived:
        title = one.trailers.get("Goal", "")
        goal = found.setdefault(title, GoalSum(title))
        goal.outcomes[Outcome.parse(one.outcome).name] += 1
        goal.tokens += tokens(one)
    return list(found.values())


def seconds(one: Generation) -> float:
    """Wall seconds of a try; 0 where they are not known."""
    try:
        return float(one.trailers.get("Wall-Seconds") or one.trailers.get("Seconds", ""))
    except ValueError:
        return 0.0
