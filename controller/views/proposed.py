"""What an instructed life proposes: its diff and the gates' verdict, for a person to decide on."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from rich.console import Console

from controller.generation.consent import Proposal
from controller.git.repository import Repository
from controller.views.gate import COLOURS
from controller.views.show import difference
from controller.views.text import printable


def show(store: Repository, proposal: Proposal, console: Console) -> None:
    """Print it."""
    if proposal.attempt:
        console.print(printable(difference(store, proposal.parent, proposal.attempt)), highlight=False)
    for report in proposal.reports:
        word = f"[{COLOURS[report.result]}]{report.result:7}[/]"
        console.print(f"{word} {report.name:13} {printable(report.reason)}", highlight=False)
    console.print(f"generation {proposal.generation} would be: {printable(str(proposal.outcome))}")


def told(store: Repository, proposal: Proposal) -> Mapping[str, Any]:
    """The same as a JSON object."""
    diff = difference(store, proposal.parent, proposal.attempt) if proposal.attempt else ""
    return {"generation": proposal.generation, "parent": proposal.parent, "attempt": proposal.attempt,
            "outcome": str(proposal.outcome), "gates": [asdict(one) for one in proposal.reports],
            "diff": diff}  # fmt: skip


def asking(store: Repository, console: Console, pause: Callable[[], None]) -> Callable[[Proposal], bool]:
    """Whoever sits at the terminal is asked; only a plain yes is one. `pause`: nothing else moves on the screen."""

    def ask(proposal: Proposal) -> bool:
        pause()
        show(store, proposal, console)
        try:
            return console.input("take it over? (yes/no) ").strip().lower() in ("y", "yes")
        except EOFError:
            return False

    return ask
