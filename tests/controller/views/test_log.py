"""`heirloom log`: a line and a JSON object a generation, both made from the list of columns."""

import io
import json
from pathlib import Path

from rich.console import Console

from controller.git.log import Generation
from controller.git.repository import Repository
from controller.views.log import COLUMNS, Column, heading, line, row, show
from tests.controller.lives import END, GOAL, live

TRAILERS = {"Goal": "Look around", "Tests": "12/12", "Tokens-In": "1000", "Tokens-Cached": "200", "Tokens-Out": "34",
            "Cost-USD": "0.0123", "Seconds": "1.6"}  # fmt: skip
KEYS = ["generation", "outcome", "tests", "tokens", "cost_usd", "seconds", "goal", "says", "commit"]


def generation(outcome: str = "evolved", subject: str = "Generation 7: looked", **trailers: str) -> Generation:
    """A generation as the branch has it."""
    return Generation(7, "c" * 40, "p" * 40, 0, subject, {**TRAILERS, "Outcome": outcome, **trailers})


def test_heading_stands_above_its_columns() -> None:
    assert heading() == " gen  outcome           tests           tokens    cost      s  goal · what it says"
    text = line(row(generation()), 200)
    assert text == "   7  evolved           12/12            1,234  0.0123      2  Look around · looked"


def test_json_has_the_keys_of_before() -> None:
    found = row(generation())
    assert sorted(found) == sorted(KEYS)
    assert (found["tokens"], found["seconds"], found["says"]) == (1234, 1.6, "looked")


def test_long_outcome_moves_the_rest() -> None:
    text = line(row(generation("refused(reproduction)")), 200)
    assert "refused(reproductio… 12/12" in text


def test_only_the_last_column_shrinks() -> None:
    text = line(row(generation(subject="Generation 7: " + "x" * 150)), 100)
    assert len(text) == 100
    assert text.startswith("   7  evolved           12/12            1,234  0.0123      2  Look around · xxx")
    assert text.endswith("x…")


def test_odd_numbers_count_as_none() -> None:
    found = row(generation(Seconds="soon", **{"Tokens-In": "1.5", "Tokens-Out": "-3"}))
    assert (found["tokens"], found["seconds"]) == (200, 0)


def test_new_column_is_one_row(operator: Path) -> None:
    live(operator, [GOAL, END])
    parent = Column("subject", lambda one: one.subject, "subject", width=60, limit=60)
    columns = (parent, *COLUMNS)
    for as_json in (False, True):
        file = io.StringIO()
        show(Repository(operator), "lineage/main", Console(file=file), as_json, columns)
        if as_json:
            assert json.loads(file.getvalue())["subject"].startswith("Generation 1 history: ")
        else:
            titles, first = file.getvalue().splitlines()
            assert titles.startswith(" subject  ")
            assert first.startswith(" Generation 1 history: ")
