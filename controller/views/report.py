"""`heirloom report N`: one life as a page of Markdown. What a model or a child wrote stands in fences, or escaped."""

import re
from collections.abc import Iterator, Sequence

from controller.contract import GATE_PATH, Entry, Goal
from controller.errors import RequestError
from controller.git.log import Generation
from controller.git.repository import Repository
from controller.ledger.recordings import Exchange
from controller.memory import entry_of
from controller.replay.recorded_life import exchanges, find
from controller.state.place import Place
from controller.views.show import context_of, diff_of, generation
from controller.views.text import counted, is_shown, lives_of
from controller.views.transcript import answered, asked

SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|!~&])")
FENCE = re.compile("`{3,}")
COSTS = (
    *("Tokens-In", "Tokens-Cached", "Tokens-Out", "Tokens-Assumed", "Tokens-Aborted", "Cost-USD", "Seconds", "Tries"),
    *("Run", "Model", "Isolation", "Seed", "Config"),
)


def report(place: Place, number: int) -> str:
    """The page. Raises RequestError where there is no such generation."""
    one = generation(place.repository, place.branch, number)
    context = context_of(place.repository, one)
    entry = entry_of(context, number)
    lines = [f"# Generation {one.number} of {inline(place.branch)}: {inline(one.outcome)}", "", inline(one.subject), ""]
    lines += instruction(one, context.goal if context else None)
    lines += claimed(entry)
    lines += verdict(one, entry)
    lines += changes(place.repository, one)
    lines += said(place, number)
    lines += cost(one)
    return "\n".join(lines).rstrip() + "\n"


def instruction(one: Generation, goal: Goal | None) -> Iterator[str]:
    """What the life was to do."""
    yield from ("## Goal", "", inline(one.trailers.get("Goal", "none")), "")
    if goal is not None and goal.title == one.trailers.get("Goal"):
        yield from (f"{goal.status} after {lives_of(goal.attempts)}. {inline(goal.why)}", "")
        if goal.done_when:
            yield from ("Done when these succeed:", "", *fenced("\n".join(goal.done_when), "sh"), "")


def claimed(entry: Entry | None) -> Iterator[str]:
    """What the child says of itself; the controller did not check it."""
    if entry is None or entry.claim is None:
        return
    yield from ("## What it says of itself", "")
    for name, value in entry.claim.model_dump(exclude={"mutant"}).items():
        if value:
            yield f"- {name}: {inline(str(value))}"
    if entry.seen:
        yield f"- of what was expected before it, it saw: {inline(entry.seen)}"
    if entry.claim.mutant:
        yield from ("", "The mutant that its new test catches:", "", *fenced(entry.claim.mutant, "diff"))
    yield ""


def verdict(one: Generation, entry: Entry | None) -> Iterator[str]:
    """What the gates said, with what a refusal was about."""
    yield from ("## Verdict", "", "| gate | result |", "|---|---|")
    for pair in one.trailers.get("Gates", "none").split():
        gate, _, result = pair.partition("=")
        yield f"| {inline(gate)} | {inline(result) or '–'} |"
    yield from ("", f"Tests: {inline(one.trailers.get('Tests', 'none'))}", "")
    if entry and entry.facts:
        for reason in entry.facts.reasons:
            yield from (*fenced(reason), "")


def changes(repository: Repository, one: Generation) -> Iterator[str]:
    """What it changed, or tried to."""
    diff = diff_of(repository, one)
    if diff:
        what = "Change" if one.changed else "Attempt (it was not taken over)"
        yield from (f"## {what}", "", *fenced(diff, "diff"), "")


def said(place: Place, number: int) -> Iterator[str]:
    """Plan, steps and what they showed, as far as they were recorded here."""
    yield from ("## What was said", "")
    try:
        spoken = exchanges(place, find(place, number, None))
    except RequestError as error:
        yield from (f"Not here: {inline(str(error))}", "")
        return
    yield from (f"{counted(len(spoken), 'call')}; `heirloom transcript {number} --json` has all of it.", "")
    yield from conversation(spoken)


def conversation(spoken: Sequence[Exchange]) -> Iterator[str]:
    """Each call: what is new in it, and what came back. Tools, system prompt and parameters are left out."""
    before: Exchange | None = None
    for one in spoken:
        is_gate = one.path == GATE_PATH
        yield from (f"### Call {one.number}" + (" (the gates were asked)" if is_gate else ""), "")
        messages = [pair for pair in asked(one, before) if pair[0][:1].isdigit()]
        for title, text in [*messages, *answered(one)]:
            yield from (f"{inline(title)}:", "", *fenced(text), "")
        if not is_gate:
            before = one


def cost(one: Generation) -> Iterator[str]:
    """What it used, from the commit's trailers."""
    yield from ("## Cost", "", "| | |", "|---|---|")
    for name in COSTS:
        yield f"| {name} | {inline(one.trailers.get(name, '–'))} |"


def inline(text: str) -> str:
    """Text of others within a line: no markup, no line break, no control character."""
    plain = "".join(char if is_shown(char) else " " for char in text)
    return SPECIAL.sub(r"\\\1", plain)


def fenced(text: str, kind: str = "") -> Iterator[str]:
    """Text of others in a fence that nothing in it can end."""
    longest = max((len(found[0]) for found in FENCE.finditer(text)), default=2)
    fence = "`" * max(longest + 1, 3)
    plain = "".join(char if is_shown(char) or char in "\n\t" else f"\\x{ord(char):02x}" for char in text)
    yield from (f"{fence}{kind}", *plain.split("\n"), fence)
