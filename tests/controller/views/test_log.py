"""`heirloom log`: a line and a JSON object a generation, both made from the list of columns."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from controller.errors import RequestError
from controller.git.log import Generation
from controller.git.repository import Repository
from controller.views.columns import COLUMNS, MORE, Column, row
from controller.views.log import Selection, show, table
from tests.controller.lives import END, GOAL, live

TRAILERS = {"Goal": "Look around", "Tests": "12/12", "Tokens-In": "1000", "Tokens-Cached": "200", "Tokens-Out": "34",
            "Cost-USD": "0.0123", "Seconds": "1.6", "Gate-Seconds": "40.2", "Wall-Seconds": "43.0"}  # fmt: skip
KEYS = ["generation", "outcome", "tests", "tokens", "cost_usd", "seconds", "goal", "says", "commit"]
NEW_KEYS = ["wall_seconds", "gate_seconds", "assumed"]


def generation(outcome: str = "evolved", subject: str = "Generation 7: looked", **trailers: str) -> Generation:
    """A generation as the branch has it."""
    return Generation(7, "c" * 40, "p" * 40, 0, subject, {**TRAILERS, "Outcome": outcome, **trailers})


def lines(*generations: Generation, width: int = 200) -> list[str]:
    """The printed table."""
    return table([row(one) for one in generations], width)


def test_columns_are_as_wide_as_needed() -> None:
    assert lines(generation()) == [
        "gen  outcome  tests  tokens     usd   s  gates  what happened",
        "  7  evolved  12/12   1,234  0.0123  43     40  Look around: looked",
    ]


def test_json_has_the_keys_of_before() -> None:
    found = row(generation())
    assert sorted(found) == sorted(KEYS + NEW_KEYS)
    assert (found["tokens"], found["seconds"], found["says"]) == (1234, 1.6, "looked")


def test_assumed_tokens_are_marked() -> None:
    assumed = generation(**{"Tokens-Assumed": "30"})
    assert row(assumed)["assumed"] == 30 and row(generation())["assumed"] == 0
    assert "  ~1,234  " in lines(assumed)[1] and "~" not in lines(generation())[1]


def test_old_commits_show_their_seconds() -> None:
    old = Generation(1, "c" * 40, "p" * 40, 0, "Generation 1: looked", {"Outcome": "evolved", "Seconds": "1.6"})
    assert (row(old)["wall_seconds"], row(old)["gate_seconds"]) == (1.6, 0)


def test_a_goal_is_said_once() -> None:
    shown = lines(generation(), generation(), generation(Goal="Mend it"))
    assert [one.rpartition("  ")[2] for one in shown[1:]] == ["Look around: looked", "looked", "Mend it: looked"]


def test_long_outcome_is_cut() -> None:
    assert "  refused(reproductio…  12/12" in lines(generation("refused(reproduction)"))[1]


@pytest.mark.parametrize(
    ("width", "heading"),
    [
        (120, "gen  outcome  tests  tokens     usd   s  gates  what happened"),
        (79, "gen  outcome  tokens     usd   s  gates  what happened"),
        (60, "gen  outcome  tokens   s  what happened"),
        (50, "gen  outcome   s  what happened"),
        (40, "gen  outcome  what happened"),
        (10, "gen  outc…"),
    ],
)
def test_narrow_terminals_keep_the_words(width: int, heading: str) -> None:
    shown = lines(generation(subject="Generation 7: " + "word " * 40), width=width)
    assert shown[0] == heading
    assert max(map(len, shown)) <= width


def test_odd_numbers_count_as_none() -> None:
    found = row(generation(Seconds="soon", **{"Tokens-In": "1.5", "Tokens-Out": "-3"}))
    assert (found["tokens"], found["seconds"]) == (200, 0)


def test_new_column_is_one_row(operator: Path) -> None:
    live(operator, [GOAL, END])
    parent = Column("subject", lambda one: one.subject, "subject", limit=60)
    columns = (parent, *COLUMNS)
    for as_json in (False, True):
        file = io.StringIO()
        show(Repository(operator), "lineage/main", Console(file=file), as_json, columns)
        if as_json:
            assert json.loads(file.getvalue())["subject"].startswith("Generation 1 history: ")
        else:
            titles, first = file.getvalue().splitlines()
            assert titles.startswith("subject  ")
            assert first.startswith("Generation 1 history: ")


def shown(observed: Path, asked: dict[str, str], as_csv: bool = False) -> list[str]:
    """The lines of the observed lineage's log."""
    file = io.StringIO()
    console = Console(file=file, width=200)
    show(Repository(observed), "lineage/main", console, not as_csv, selection=Selection(**asked), as_csv=as_csv)
    return file.getvalue().splitlines()


def test_columns_are_chosen_and_typed(observed: Path) -> None:
    rows = [json.loads(line) for line in shown(observed, {"columns": "usd,generation,tests_passed,date,attempt"})]
    assert list(rows[0]) == ["usd", "generation", "tests_passed", "date", "attempt"]
    assert list(rows[0].values()) == [0.25, 1, 11, "2023-11-14T23:13:20Z", None]


def test_no_cell_is_a_formula(observed: Path) -> None:
    lines_ = shown(observed, {"columns": "generation,says"}, as_csv=True)
    assert lines_[1] == "1,wrote number 1" and lines_[9].startswith("9,'=cmd|")
    assert not {"\x1b", "\u202e", "\x00"} & set("".join(lines_))


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({"outcome": "refused"}, [7]),
        ({"outcome": "killed(wall), rolled-back"}, [8, 10]),
        ({"outcome": "aborted"}, []),
        ({"since": "2023-11-15T08:13:20"}, [10, 11]),
        ({"since": "1m"}, []),
    ],
)
def test_some_generations_are_chosen(observed: Path, asked: dict[str, str], numbers: list[int]) -> None:
    assert [json.loads(line)["generation"] for line in shown(observed, asked)] == numbers


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"columns": "generation,nope"}, "no column 'nope'; there are: generation, outcome"),
        ({"columns": ""}, None),
        ({"columns": ","}, "no column ''"),
        ({"since": "yesterday"}, "'yesterday' is no date; write 2026-11-28"),
        ({"since": "999999d"}, "is no date"),
        ({"outcome": "dead"}, "no generation has the outcome 'dead'; there are: aborted"),
    ],
)
def test_wrong_questions_are_told(observed: Path, asked: dict[str, str], says: str | None) -> None:
    if says is None:
        assert shown(observed, asked)
        return
    with pytest.raises(RequestError) as caught:
        shown(observed, asked)
    assert says in str(caught.value)


def test_every_column_is_on_the_page() -> None:
    page = (Path(__file__).parents[3] / "docs" / "data.md").read_text()
    assert [column.key for column in (*COLUMNS, *MORE) if f"`{column.key}`" not in page] == []


def test_two_forms_are_refused(observed: Path) -> None:
    with pytest.raises(RequestError, match="say one of them"):
        show(Repository(observed), "lineage/main", Console(file=io.StringIO()), True, as_csv=True)
