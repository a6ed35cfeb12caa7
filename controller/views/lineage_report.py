"""`heirloom report`: a lineage or a run as a page of Markdown. What a model wrote is escaped."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from controller.contract import one_line
from controller.git.log import Generation
from controller.observatory.summary import Summary
from controller.views.columns import date, says
from controller.views.lessons import counted
from controller.views.report import inline

TEXT_CHARS = 200  # of a text in a table
DEATHS, GOALS, GENERATIONS = 100, 200, 1000  # rows of each table, the newest


def page(found: Summary) -> str:
    """The whole page."""
    what = f"Run {inline(found.run)} of {inline(found.branch)}" if found.run else f"Lineage {inline(found.branch)}"
    lines = [f"# {what}", "", *short(found), "", *goals(found), *deaths(found), *lessons(found), *runs(found)]
    return "\n".join([*lines, *lives(found)]).rstrip() + "\n"


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """A table; its cells are Markdown already."""
    names = list(heads)
    yield f"| {' | '.join(names)} |"
    yield f"|{'---|' * len(names)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def short(found: Summary) -> Iterator[str]:
    """The table of sums."""
    first, last = found.lived[0], found.lived[-1]
    began = "unknown (a shallow clone)" if found.start_size is None else f"{found.start_size:,}"
    models = sorted({one.trailers.get("Model", "none") for one in found.lived} - {"none"})
    rows = (
        ("generations", f"{first.number} to {last.number} ({len(found.lived):,})"),
        ("commits", f"{first.commit[:12]} to {last.commit[:12]}"),
        ("dates", f"{date(first)} to {date(last)}"),
        ("models", inline(", ".join(models)) or "–"),
        ("outcomes", inline(counted(found.outcomes))),
        ("tokens", f"{found.tokens:,}"),
        ("usd", "unknown" if found.usd is None else f"{found.usd:,.6f}"),
        ("wall seconds", f"{found.seconds:,.0f}"),
        ("code tokens of agent/", f"{began} at the start, {found.end_size:,} at the end"),
        ("tests", f"{inline(tested(found))} at the end"),
    )
    yield from table(("", ""), rows)


def tested(found: Summary) -> str:
    """What the suite said last."""
    for one in reversed(found.lived):
        text = one.trailers.get("Tests", "none")
        if text not in ("none", "-"):
            return text
    return "none"


def goals(found: Summary) -> Iterator[str]:
    """What was worked on."""
    yield from ("## Goals", "")
    shown = found.goals[-GOALS:]
    rows = ((cell(one.title or "none"), str(one.outcomes.total()), inline(counted(one.outcomes)), f"{one.tokens:,}")
            for one in shown)  # fmt: skip
    yield from table(("goal", "lives", "outcomes", "tokens"), rows)
    yield from (*left_out(len(found.goals), len(shown), "goals"), "")


def deaths(found: Summary) -> Iterator[str]:
    """What came to nothing, and why."""
    dead = [one for one in found.lived if one.kind.death]
    if not dead:
        return
    yield from ("## What came to nothing", "")
    shown = dead[-DEATHS:]
    rows = ((str(one.number), inline(one.outcome), cell(found.reasons.get(one.number, says(one)))) for one in shown)
    yield from table(("generation", "outcome", "why"), rows)
    yield from (*left_out(len(dead), len(shown), "deaths"), "")


def lessons(found: Summary) -> Iterator[str]:
    """What it hands on."""
    if found.lessons:
        yield from ("## Lessons that it hands on", "", *(f"- {cell(text, 400)}" for text in found.lessons), "")


def runs(found: Summary) -> Iterator[str]:
    """Its runs and their budgets."""
    yield from ("## Runs", "")
    if found.runs is None:
        yield from ("Not known here: there is no ledger, which lies where the lineage was lived.", "")
        return
    rows = []
    for one in found.runs:
        budget = [] if one.tokens is None else [f"{one.tokens:,} tokens"]
        if one.nanodollars is not None:
            budget.append(f"${one.nanodollars / 1e9:,.2f}")
        ended = "" if one.ended is None else moment(one.ended)
        rows.append((inline(one.id), moment(one.started), ended, f"{one.spent:,}", ", ".join(budget) or "none",
                     cell(one.reason or "not ended")))  # fmt: skip
    yield from (*table(("run", "began", "ended", "tokens", "budget", "end"), rows), "")


def lives(found: Summary) -> Iterator[str]:
    """A row a generation."""
    yield from ("## Generations", "")
    shown = found.lived[-GENERATIONS:]
    yield from table(("generation", "outcome", "tests", "usd", "what it says"), (life(one) for one in shown))
    yield from left_out(len(found.lived), len(shown), "generations")


def life(one: Generation) -> tuple[str, ...]:
    """One generation as cells."""
    tests, usd = one.trailers.get("Tests", ""), one.trailers.get("Cost-USD", "")
    return str(one.number), inline(one.outcome), cell(tests), inline(usd), cell(says(one))


def left_out(total: int, shown: int, what: str) -> Iterator[str]:
    """What is said where not all is shown."""
    if total > shown:
        yield from ("", f"The newest {shown:,} of {total:,} {what}; `heirloom log` has all.")


def moment(seconds: float) -> str:
    """A time, UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")


def cell(text: str, limit: int = TEXT_CHARS) -> str:
    """A text of others as one line in a table."""
    return inline(one_line(text, limit))
