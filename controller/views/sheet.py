"""Rows for a spreadsheet or a program: CSV, in which no text of others is a formula, and JSON, a line a row."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console

from controller.errors import RequestError
from controller.views.text import json_line, plain

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a cell begins that a spreadsheet would calculate
CELL_CHARS = 32_000  # the most that spreadsheets take; JSON has the whole text


def check_forms(as_json: bool, as_csv: bool) -> None:
    """Raise RequestError where both are asked for."""
    if as_json and as_csv:
        raise RequestError("--json and --csv are two forms of one answer; say one of them")


def write_csv(console: Console, keys: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Print a heading of keys and a line a row, as RFC 4180 has it with `\\n` at the ends of lines."""
    try:
        writer = csv.writer(console.file, lineterminator="\n")
        writer.writerow(keys)
        writer.writerows([cell(row[key]) for key in keys] for row in rows)
    except BrokenPipeError:
        getattr(console, "on_broken_pipe")()  # noqa: B009 - of every console of ours


def write_json(console: Console, keys: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Print an object a line, with these keys."""
    for row in rows:
        json_line(console, {key: row[key] for key in keys})


def cell(value: Any) -> Any:
    """One value: a number as it is, nothing where none is known, else a text that is data for every spreadsheet.

    A text that begins as a formula does gets an apostrophe before it, which spreadsheets take as "this is text".
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return value
    text = plain(str(value))[:CELL_CHARS]
    return f"'{text}" if text.startswith(FORMULA) else text
