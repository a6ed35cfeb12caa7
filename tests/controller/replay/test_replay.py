"""Lives shown and lived again: real git, real processes, the recording for a model."""

import io
import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from controller.errors import LedgerDamaged, StoppedEarly
from controller.ledger.recordings import Recordings
from controller.replay.recorded_life import find
from controller.run.start import run
from controller.settings.settings import Settings
from controller.state.place import locate
from controller.views.replay import show as replay
from tests.controller.cli.test_bad_input import heirloom
from tests.controller.conftest import git
from tests.controller.generation.test_gate_requests import CODE, RED, asks
from tests.controller.lives import END, GOAL, UNBORN, bash, history, leftovers, live

CHANGE = bash("echo 'changed = 1' >> agent/__init__.py")
FAULT = {"error": {"status": 529, "type": "overloaded_error", "message": "busy"}}
EMPTY = '{"generation": 1, "models": [{"id": "m"}], "exchanges": [{"number": 1, "path": "/", "request": null}]}'
LEVELS = pytest.mark.parametrize("isolation", ["bubblewrap", "none"])


def replayed(operator: Path, number: int, try_: int | None = None, lenient: bool = False, same: bool = True) -> Any:
    """What `heirloom replay --json` says."""
    place, out = locate(operator, "lineage/main"), io.StringIO()
    assert replay(place, find(place, number, try_), lenient, Console(file=out), True) is same, out.getvalue()
    return json.loads(out.getvalue())


def standing(operator: Path) -> dict[str, object]:
    """Everything of a lineage that a replay must leave as it is."""
    state = operator / ".git" / "heirloom"
    database = sqlite3.connect(state / "ledger.sqlite")
    try:
        rows = {
            name: database.execute(f"SELECT * FROM {name}").fetchall()
            for name in ("runs", "tries", "phases", "calls", "generations")
        }
    finally:
        database.close()
    recordings = Recordings(state / "lineages" / "lineage%2Fmain")
    said = [list(recordings.of_life(life)) for life in range(9)]
    recordings.close()
    objects = [git(folder, "count-objects", "-v") for folder in (operator, state / "lineages/lineage%2Fmain/store.git")]
    return {
        **rows,
        "said": said,
        "objects": objects,
        "refs": git(operator, "for-each-ref"),
        "lives": leftovers(operator),
    }


@pytest.mark.quick(1)
@LEVELS
def test_a_replay_pushes_the_same_tree(operator: Path, isolation: str) -> None:
    noisy = bash("pwd; date; date +%s; mktemp; git rev-parse HEAD; env | sort; echo 'changed = 1' >> agent/__init__.py")
    live(operator, [GOAL, noisy, END], [GOAL, CHANGE, END], isolation=isolation)
    before = standing(operator)
    for number in (1, 2):
        told = replayed(operator, number)
        attempt = git(operator, "rev-parse", f"refs/heirloom/lineage/main/{number}.1^{{tree}}")
        assert told["recorded"] == told["replayed"] == {"exit": "exit 10", "tree": attempt}
        assert (told["same"], told["differences"], told["unasked"], told["changed"]) == (True, [], 0, [])
    assert standing(operator) == before
    said = heirloom("replay", "1", "--repository", str(operator)).stdout
    assert said.rstrip().endswith("the same life")


@pytest.mark.slow
def test_a_difference_ends_the_replay(operator: Path) -> None:
    live(operator, [GOAL, CHANGE, bash("date +%N"), END])
    told = replayed(operator, 1, same=False)
    (found,) = told["differences"]
    assert (found["call"], found["where"]) == (4, "messages[4].content[0].content")
    assert all(re.fullmatch(r"'exit 0\\n\d{9}\\n'", found[side]) for side in ("expected", "got"))
    assert (told["same"], told["unasked"], told["replayed"]) == (False, 0, {"exit": "", "tree": None})
    said = heirloom("replay", "1", "--repository", str(operator))
    assert said.returncode == 3
    assert "call 4 differs at messages[4].content[0].content" in said.stdout and "--lenient goes on" in said.stdout
    assert leftovers(operator) == []


@pytest.mark.slow
def test_lenient_lists_differences(operator: Path) -> None:
    live(operator, [GOAL, bash("date +%N"), bash("date +%N >agent/DATE; cat agent/DATE"), END])
    told = replayed(operator, 1, lenient=True, same=False)
    assert [(one["call"], one["where"]) for one in told["differences"]] == [
        (3, "messages[2].content[0].content"),
        (4, "messages[2].content[0].content"),
        (4, "messages[4].content[0].content"),
    ]
    assert told["replayed"]["exit"] == "exit 10" and told["changed"] == ["agent/DATE"]
    live(operator, [], [GOAL, bash("date +%N"), CHANGE, END], generations_=1)
    told = replayed(operator, 2, lenient=True)
    assert told["same"] and len(told["differences"]) == 2


@pytest.mark.slow
def test_a_spent_budget_is_replayed(operator: Path) -> None:
    live(operator, [GOAL, CHANGE, END], calls=1)  # refused with 402
    live(operator, [], [CHANGE, END], calls=1, generations_=1)  # told to wind down with its only answer
    first, second = replayed(operator, 1), replayed(operator, 2)
    assert (first["same"], first["calls"], first["recorded"]["exit"]) == (True, 2, "exit 11")
    assert (second["same"], second["calls"], second["recorded"]["exit"]) == (True, 1, "exit 11")


@pytest.mark.slow
def test_each_try_can_be_replayed(operator: Path) -> None:
    for _ in range(2):
        with pytest.raises(StoppedEarly):
            live(operator, [GOAL, FAULT], exit_on_pause=True)
    live(operator, [GOAL, CHANGE, END])
    assert replayed(operator, 1)["try"] == 3
    told = replayed(operator, 1, try_=2)
    assert (told["try"], told["same"], told["recorded"]["exit"]) == (2, True, "exit 11")
    shown = json.loads(heirloom("transcript", "1", "--try", "2", "--json", "--repository", str(operator)).stdout)
    assert (shown["try"], shown["outcome"], [one["status"] for one in shown["exchanges"]]) == (2, "aborted", [200, 529])


@pytest.mark.slow
def test_verdicts_and_attempts_are_replayed(operator: Path) -> None:
    look = bash("git show refs/attempts/1.1:tests/agent/test_red.py")
    told = live(operator, [GOAL, asks(CODE + RED), END], [look, END], gates=UNBORN)
    assert told.outcomes == ["refused(tests)", "history"]
    first, second = replayed(operator, 1), replayed(operator, 2)
    assert (first["same"], first["calls"], second["same"], second["calls"]) == (True, 4, True, 2)
    shown = heirloom("transcript", "1", "--repository", str(operator)).stdout
    assert "/heirloom/gate" in shown and "refused by tests: 1 of 2 tests fail" in shown


@pytest.mark.slow
def test_a_killed_life_is_replayed(operator: Path) -> None:
    late = {"text": "late", "delay": 30}
    assert live(operator, [GOAL, CHANGE, late], minutes_per_life=0.03).outcomes == ["killed(wall)"]
    told = replayed(operator, 1, same=False)
    assert [(one["call"], one["where"]) for one in told["differences"]] == [(3, "the answer")]
    assert told["recorded"]["exit"] == "killed(wall)" and leftovers(operator) == []


@pytest.mark.slow
def test_a_silent_life_is_replayed(operator: Path) -> None:
    (operator / "agent" / "__main__.py").write_text("print('I die')\nraise SystemExit(4)\n")
    git(operator, "commit", "--quiet", "-a", "-m", "Another genome")
    assert live(operator, [GOAL]).outcomes == ["crashed"]
    told = replayed(operator, 1)
    assert (told["same"], told["calls"], told["recorded"]) == (True, 0, {"exit": "exit 4", "tree": None})


@pytest.mark.slow
def test_a_transcript_answers_a_run(operator: Path, tmp_path: Path) -> None:
    first = live(operator, [GOAL, CHANGE, END]).generations[0]
    recording = tmp_path / "life.json"
    recording.write_text(heirloom("transcript", "1", "--json", "--repository", str(operator)).stdout)
    settings = Settings(branch="other", model=f"replay:{recording}", isolation="bubblewrap", generations=1)
    run(settings, operator, "main", lambda _: None)
    (again,) = history(operator, "other")
    assert again.outcome == "evolved"
    trees = ("refs/heirloom/other/1.1^{tree}", f"{first.trailers['Attempt']}^{{tree}}")
    assert len({git(operator, "rev-parse", name) for name in trees}) == 1
    with pytest.raises(StoppedEarly, match="403"):  # the second life asks something else: that makes no generation
        run(settings, operator, None, lambda _: None)
    assert len(history(operator, "other")) == 1
    said = heirloom("transcript", "2", "--branch", "other", "--repository", str(operator)).stdout
    assert "replay: call 1 differs at messages[0].content: recorded" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "No such file or directory; make one by: heirloom transcript N --json"),
        ("{", "Invalid JSON"),
        ('{"generation": 1}', "models: Field required"),
        (EMPTY, "was dropped (the setting `retention`)"),
    ],
)
def test_other_files_are_no_recording(operator: Path, tmp_path: Path, text: str | None, said: str) -> None:
    path = tmp_path / "life.json"
    if text is not None:
        path.write_text(text)
    done = heirloom("run", "--model", f"replay:{path}", "--repository", str(operator))
    assert (done.returncode, said in done.stderr, done.stderr.count("\n")) == (2, True, 1), done.stderr


@pytest.mark.slow
def test_what_cannot_be_shown(operator: Path) -> None:
    for command in ("transcript", "replay"):
        done = heirloom(command, "1", "--repository", str(operator))
        assert (done.returncode, done.stderr.count("\n")) == (2, 1) and "no life was lived here yet" in done.stderr
    live(operator, [GOAL, CHANGE, END], retention="1 lives")
    live(operator, [], [GOAL, END], generations_=1, retention="1 lives")
    for words, said in (
        (["transcript", "7"], "the ledger here knows no generation 7 of lineage/main"),
        (["replay", "1", "--try", "3"], "knows no try 3 at generation 1"),
        (["replay", "1"], "was dropped (the setting `retention`)"),
    ):
        done = heirloom(*words, "--repository", str(operator))
        assert (done.returncode, said in done.stderr, done.stderr.count("\n")) == (2, True, 1), done.stderr
    shown = heirloom("transcript", "1", "--repository", str(operator))
    assert shown.returncode == 0 and "(dropped: see the setting `retention`)" in shown.stdout
    (operator / ".git/heirloom/lineages/lineage%2Fmain/recordings.sqlite").unlink()
    done = heirloom("transcript", "2", "--repository", str(operator))
    assert (done.returncode, "there are no recordings of lineage/main" in done.stderr) == (2, True)


@pytest.mark.slow
def test_a_failed_recording_aborts_the_try(operator: Path) -> None:
    live(operator, [GOAL, END])
    path = operator / ".git/heirloom/lineages/lineage%2Fmain/recordings.sqlite"
    database = sqlite3.connect(path)
    database.execute(
        "CREATE TRIGGER full BEFORE INSERT ON exchanges WHEN NEW.number = 2 BEGIN SELECT RAISE(ABORT, 'no room'); END"
    )
    database.close()
    with pytest.raises(StoppedEarly, match=r"recordings\.sqlite.*run again to go on, nothing is lost"):
        live(operator, [], [CHANGE, END], generations_=1)
    assert [one.number for one in history(operator)] == [1] and leftovers(operator) == []
    database = sqlite3.connect(path)
    database.execute("DROP TRIGGER full")
    database.close()
    live(operator, [], [CHANGE, END], generations_=1)
    assert [(one.number, one.trailers["Tries"]) for one in history(operator)] == [(1, "1"), (2, "2")]


def test_damaged_recordings_stop_a_start(operator: Path) -> None:
    live(operator, [GOAL, END])
    path = operator / ".git/heirloom/lineages/lineage%2Fmain/recordings.sqlite"
    path.write_bytes(b"garbage " * 1000)
    with pytest.raises(LedgerDamaged, match=r"recordings\.sqlite is damaged .*move it aside"):
        live(operator, [], [GOAL, END], generations_=1)
