"""`heirloom search WORDS`: where in all lives a word stands, and the command that shows it whole."""

import re

from rich.console import Console

from controller.ledger.search_index import BEGIN, END, Document
from controller.observatory.search import Found
from controller.views.text import json_line, printable

TEXT_CHARS = 600  # round what was found
MARK = re.compile(f"([{BEGIN}{END}])")


def show(found: Found, console: Console, as_json: bool, branch: str) -> None:
    """Print what was found, the best first. `branch`: the lineage that is not named."""
    if as_json:
        for one in found.documents:
            json_line(console, as_data(one))
        return
    for one in found.documents:
        console.print(f"[bold]{printable(where(one, branch))}[/]  {marked(one.text)}", highlight=False)
    more = found.total - len(found.documents)
    if more > 0:
        console.print(f"{more:,} more; --limit shows them, --kind chooses", highlight=False)
    if not found.documents:
        console.print("nothing was found", highlight=False)
    for gap in found.gaps:
        console.print(printable(gap), highlight=False)


def where(one: Document, branch: str) -> str:
    """Where a document stands."""
    lineage = "" if one.lineage == branch else f"{one.lineage}:"
    number = f".{one.number}" if one.number > 1 else ""
    return f"{lineage}{one.generation}{number} {one.kind if one.kind != 'transcript' else one.place}"


def marked(text: str) -> str:
    """A text in one line, bounded, what was found in it underlined."""
    found, opened = "", False
    for piece in MARK.split(" ".join(text[:TEXT_CHARS].split())):
        if piece not in (BEGIN, END):
            found += printable(piece)
        elif opened != (piece == BEGIN):
            opened = piece == BEGIN
            found += "[underline]" if opened else "[/underline]"
    return f"{found}[/underline]" if opened else found


def as_data(one: Document) -> dict[str, object]:
    """One document as a JSON object."""
    return {
        "lineage": one.lineage,
        "generation": one.generation,
        "try": one.number,
        "kind": one.kind,
        "place": one.place,
        "text": one.text.replace(BEGIN, "").replace(END, ""),
    }
