"""`heirloom show N`: one generation: goal, claim beside facts, gates, trailers, diff."""

from collections.abc import Iterator

from rich.console import Console

from controller.contract import CONTEXT_BYTES, CONTEXT_FILE, AgentContext, Entry, Goal
from controller.errors import PastBounds, RequestError
from controller.git.incoming import walk
from controller.git.log import Generation, generations
from controller.git.repository import Repository
from controller.memory import entry_of, parse_context
from controller.observatory.comparison import check_path
from controller.state.presence import ref_of
from controller.views.log import find
from controller.views.text import json_line, lives_of, printable

DIFF_CHARS = 40_000


def generation(repository: Repository, branch: str, number: int) -> Generation:
    """The generation of this number. Raises RequestError where there is none."""
    ref = ref_of(repository, branch)
    for one in generations(repository, ref, number=number) if ref else ():
        return one
    find(repository, branch)
    raise RequestError(f"{branch} has no generation {number}; `heirloom log` lists them")


def context_of(repository: Repository, one: Generation) -> AgentContext | None:
    """The memory as it was with this generation; None where it is not one."""
    return parse_context(repository.read(one.commit, CONTEXT_FILE, CONTEXT_BYTES))


def diff_of(repository: Repository, one: Generation, path: str = "") -> str:
    """What the generation changed; what a life that was not accepted tried to change, where its attempt is here.

    `path`: only there. Raises RequestError where neither commit has anything of that name.
    """
    target: str | None = one.commit
    if not one.changed:
        attempt = one.trailers.get("Attempt", "")
        target = None if attempt == "none" else repository.resolve(attempt)
    if target is None or not one.parent:  # a shallow clone has no parents
        return ""
    if path:
        check_path(repository, path, one.parent, target)
    return difference(repository, one.parent, target, path)


def difference(repository: Repository, old: str, new: str, path: str = "") -> str:
    """The diff of two commits without the memory, or of one path in them, bounded."""
    words = ("diff", "--no-color", "--no-ext-diff", "--no-textconv", "--stat", "--patch", old, new)
    where = (f":(top,literal){path}",) if path else (":(top)", f":(top,exclude){CONTEXT_FILE}")
    try:
        text = walk(repository, *words, "--", *where)
    except PastBounds as error:
        return f"it cannot be shown: {error}"
    if len(text) <= DIFF_CHARS:
        return text
    return f"{text[:DIFF_CHARS]}\n… {len(text) - DIFF_CHARS:,} characters more"


def show(repository: Repository, branch: str, number: int, console: Console, as_json: bool, path: str = "") -> None:
    """Print one generation, or what it changed at a path. Raises RequestError where there is no such one."""
    one = generation(repository, branch, number)
    if path and not as_json:
        console.print(f"[bold]{printable(one.subject)}[/]\n{one.commit}\n")
        console.print(printable(diff_of(repository, one, path) or f"{path} was not changed"))
        return
    context = context_of(repository, one)
    entry = entry_of(context, number)
    diff = diff_of(repository, one, path)
    if as_json:
        memory = entry.model_dump(mode="json") if entry else None
        json_line(console, {"commit": one.commit, "trailers": dict(one.trailers), "entry": memory, "diff": diff})
        return
    console.print(f"[bold]{printable(one.subject)}[/]\n{one.commit}\n")
    for line in (*goal_lines(context.goal if context else None), *claim_lines(entry), *fact_lines(one, entry)):
        console.print(line)
    if diff:
        note = "" if one.changed else " (of the attempt; it was not accepted)"
        console.print(f"\n[bold]diff[/]{note}")
        console.print(printable(diff))


def goal_lines(goal: Goal | None) -> Iterator[str]:
    """What the life was to do."""
    if goal is None:
        return
    yield f"[bold]goal[/] ({goal.status}, {lives_of(goal.attempts)})  {printable(goal.title)}"
    yield f"  {printable(goal.why)}"
    for check in goal.done_when:
        yield f"  done when: {printable(check)}"


def claim_lines(entry: Entry | None) -> Iterator[str]:
    """What the child says of itself, and of what the life before it expected."""
    if entry is None:
        return
    if entry.claim:
        yield "\n[bold]claim[/] (what the child says)"
        for name, value in entry.claim.model_dump(exclude={"mutant"}).items():
            if value:
                yield f"  {name}: {printable(str(value))}"
        if entry.claim.mutant:
            yield printable(entry.claim.mutant)
    if entry.seen:
        yield "\n[bold]seen[/] (what it says became of the last life's expectation)"
        yield f"  {printable(entry.seen)}"


def fact_lines(one: Generation, entry: Entry | None) -> Iterator[str]:
    """What the controller saw: the commit's trailers, and the reasons of a refusal."""
    yield "\n[bold]facts[/] (what the controller saw)"
    for name, text in one.trailers.items():
        yield f"  {name}: {printable(text)}"
    if entry and entry.facts:
        for reason in entry.facts.reasons:
            yield f"  reason: {printable(reason)}"
