"""`heirloom verify`: what disagrees, and how to mend it."""

from dataclasses import asdict

from rich.console import Console
from rich.markup import escape

from controller.audit.repair import repair
from controller.audit.verify import Comparison, verify
from controller.state.place import Place
from controller.views.text import json_line


def show(place: Place, console: Console, as_json: bool, mend: bool) -> bool:
    """Print it; whether all agrees. `mend`: repair the ledger first.

    Raises LedgerError, GitError; RequestError where it is to be repaired and a controller lives the lineage.
    """
    repaired = []
    if mend:
        repaired = repair(place)
    found = verify(place)
    agreed = not any(one.wrong for one in found)
    if as_json:
        checks = [asdict(one) for one in found]
        unchecked = [one.name for one in found if not one.looked]
        json_line(console, {"agree": agreed, "unchecked": unchecked, "repaired": repaired, "checks": checks})
        return agreed
    for line in repaired:
        console.print(f"repaired  {escape(line)}")
    for one in found:
        console.print(lines_of(one))
    return agreed


def lines_of(one: Comparison) -> str:
    """One comparison: a line where all agrees or nothing was compared, else a line for each disagreement."""
    if not one.looked:
        return f"[yellow]unchecked[/] {one.name:<13} {escape(one.seen)}"
    if not one.wrong:
        return f"[green]ok       [/] {one.name:<13} {escape(one.seen)}"
    return "\n".join(f"[red]disagrees[/] {one.name:<13} {escape(line)}" for line in one.wrong)
