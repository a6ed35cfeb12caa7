"""What an instructed life proposes: its diff and the gates' verdict, for a person to decide on."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from rich.console import Console

from controller.git.repository import Repository
from controller.ledger.life import Life
from controller.views.gate import COLOURS
from controller.views.show import difference
from controller.views.text import printable


def show(store: Repository, life: Life, console: Console) -> None:
    """Print it."""
    if life.attempt:
        console.print(printable(difference(store, life.tried.parent, life.attempt)), highlight=False)
    for report in life.reports:
        word = f"[{COLOURS[report.result]}]{report.result:7}[/]"
        console.print(f"{word} {report.name:13} {printable(report.reason)}", highlight=False)
    console.print(f"generation {life.tried.generation} would be: {printable(str(life.outcome))}")


def proposal_as_json(store: Repository, life: Life) -> Mapping[str, Any]:
    """The same as a JSON object."""
    return {
        "generation": life.tried.generation,
        "parent": life.tried.parent,
        "attempt": life.attempt,
        "outcome": str(life.outcome),
        "gates": [asdict(report) for report in life.reports],
        "diff": difference(store, life.tried.parent, life.attempt) if life.attempt else "",
    }


def asking(store: Repository, console: Console, pause: Callable[[], None]) -> Callable[[Life], bool]:
    """Whoever sits at the terminal is asked; only a plain yes is one. `pause`: nothing else moves on the screen."""

    def ask(life: Life) -> bool:
        pause()
        show(store, life, console)
        try:
            return console.input("take it over? (yes/no) ").strip().lower() in ("y", "yes")
        except EOFError:
            return False

    return ask
