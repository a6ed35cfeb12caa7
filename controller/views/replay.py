"""`heirloom replay N`: a life lived again, and where it went another way."""

from typing import Any

from rich.console import Console

from controller.events.kinds import Event, Warned
from controller.generation.controller_id import controller_id
from controller.ledger.life import Life
from controller.replay.recorded_life import exchanges, tree_of
from controller.replay.relive import Relived, relive
from controller.run.signals import every_signal, interruptible
from controller.state.place import Place
from controller.views.text import counted, json_line, printable

SHOWN = 20  # differences and paths; --json has all


def show(place: Place, past: Life, lenient: bool, console: Console, as_json: bool) -> bool:
    """Live it again, print what was found, and say whether it pushed the same tree. Raises what `relive` does."""
    warnings: list[str] = []

    def notify(event: Event) -> None:
        if isinstance(event, Warned):
            warnings.append(event.text)

    if past.stamps["Controller"] != controller_id():
        warnings.append(f"it was lived under another controller ({past.stamps['Controller']}) than this")
    said = exchanges(place, past)
    with interruptible(every_signal):
        found = relive(place, past, said, lenient, notify)
    tree = tree_of(place, past)
    same = bool(found.exit) and found.tree == tree and found.exit == past.exit
    if as_json:
        json_line(console, as_data(past, tree, len(said), found, same, warnings))
    else:
        print_found(console, past, tree, len(said), found, same, warnings)
    return same


def as_data(
    past: Life, tree: str | None, calls: int, found: Relived, same: bool, warnings: list[str]
) -> dict[str, Any]:
    """What was found, as one JSON object."""
    return {
        "generation": past.tried.generation,
        "try": past.tried.number,
        "same": same,
        "calls": calls,
        "unasked": found.unasked,
        "differences": [vars(one) for one in found.differences],
        "recorded": {"exit": past.exit, "tree": tree},
        "replayed": {"exit": found.exit, "tree": found.tree},
        "changed": list(found.changed),
        "warnings": warnings,
    }


def print_found(
    console: Console, past: Life, tree: str | None, calls: int, found: Relived, same: bool, warnings: list[str]
) -> None:
    """What was found, for a person."""
    for text in warnings:
        console.print(f"[yellow]{printable(text)}[/]")
    console.print(f"generation {past.tried.generation}, try {past.tried.number}: {counted(calls, 'recorded call')}")
    for one in found.differences[:SHOWN]:
        console.print(f"[yellow]call {one.call}[/] differs at [bold]{printable(one.where)}[/]")
        console.print(f"  recorded: {printable(one.expected)}\n  asked:    {printable(one.got)}")
    if len(found.differences) > SHOWN:
        console.print(f"… {counted(len(found.differences) - SHOWN, 'difference')} more; --json has them")
    if not found.exit:
        console.print(f"ended there: not reached: {counted(found.unasked, 'recorded call')}; --lenient goes on")
        return
    if found.unasked:
        console.print(f"{found.unasked} recorded calls were not asked for")
    recorded_exit = "" if found.exit == past.exit else f", then {past.exit}"
    console.print(f"exit: {printable(found.exit)}{recorded_exit}")
    recorded_tree = "" if found.tree == tree else f", then {tree}"
    console.print(f"pushed tree: {found.tree}{recorded_tree}")
    for path in found.changed[:SHOWN]:
        console.print(f"  differs: {printable(path)}")
    console.print("[green]the same life[/]" if same else "[red]another life[/]")
