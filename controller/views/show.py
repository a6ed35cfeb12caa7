"""`heirloom show N`: one generation: goal, claim beside facts, gates, trailers, diff."""

from rich.console import Console

from controller.contract import CONTEXT_BYTES, CONTEXT_FILE
from controller.errors import RequestError
from controller.git.log import Generation
from controller.git.repository import Repository
from controller.memory import entry_of, parse_context
from controller.views.log import find
from controller.views.text import json_line, printable

DIFF_CHARS = 40_000


def diff_of(repository: Repository, one: Generation) -> str:
    """What the generation changed; what a life that was not accepted tried to change, where its attempt is here."""
    attempt = one.trailers.get("Attempt", "")
    target = one.commit if one.changed else (repository.resolve(attempt) if attempt != "none" else None)
    if target is None or not one.parent:  # a shallow clone has no parents
        return ""
    return difference(repository, one.parent, target)


def difference(repository: Repository, old: str, new: str) -> str:
    """The diff of two commits without the memory, bounded."""
    words = ("diff", "--no-color", "--no-ext-diff", "--no-textconv", "--stat", "--patch", old, new)
    text = repository.run(*words, "--", ":(top)", f":(top,exclude){CONTEXT_FILE}")
    return text if len(text) <= DIFF_CHARS else text[:DIFF_CHARS] + f"\n… {len(text) - DIFF_CHARS:,} characters more"


def show(repository: Repository, branch: str, number: int, console: Console, as_json: bool) -> None:
    """Print one generation. Raises RequestError where there is no such one."""
    one = next((found for found in find(repository, branch) if found.number == number), None)
    if one is None:
        raise RequestError(f"{branch} has no generation {number}; `heirloom log` lists them")
    context = parse_context(repository.read(one.commit, CONTEXT_FILE, CONTEXT_BYTES))
    entry = entry_of(context, number)
    if as_json:
        told = entry.model_dump(mode="json") if entry else None
        data = {"commit": one.commit, "trailers": dict(one.trailers), "entry": told, "diff": diff_of(repository, one)}
        json_line(console, data)
        return
    console.print(f"[bold]{printable(one.subject)}[/]\n{one.commit}\n")
    if context and context.goal:
        goal = context.goal
        console.print(f"[bold]goal[/] ({goal.status}, {goal.attempts} lives)  {printable(goal.title)}")
        console.print(f"  {printable(goal.why)}")
        for check in goal.done_when:
            console.print(f"  done when: {printable(check)}")
    if entry and entry.claim:
        console.print("\n[bold]claim[/] (what the child says)")
        for name, value in entry.claim.model_dump(exclude={"mutant"}).items():
            console.print(f"  {name}: {printable(str(value))}") if value else None
        if entry.claim.mutant:
            console.print(printable(entry.claim.mutant))
    if entry and entry.seen:
        console.print(
            f"\n[bold]seen[/] (what it says became of the last life's expectation)\n  {printable(entry.seen)}"
        )
    console.print("\n[bold]facts[/] (what the controller saw)")
    for name, text in one.trailers.items():
        console.print(f"  {name}: {printable(text)}")
    for reason in entry.facts.reasons if entry and entry.facts else ():
        console.print(f"  reason: {printable(reason)}")
    if diff := diff_of(repository, one):
        console.print("\n[bold]diff[/]" + (" (of the attempt; it was not accepted)" if not one.changed else ""))
        console.print(printable(diff))
