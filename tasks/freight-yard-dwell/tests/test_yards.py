import json
import os
from pathlib import Path

import pytest

from yards import dwell

TESTS = Path(os.environ["HEIRLOOM_TESTS"])
BEGIN, END = "2035-06-10T00:00", "2035-06-20T00:00"


def run(tmp_path, *events):
    source, target = tmp_path / "in.jsonl", tmp_path / "out.csv"
    source.write_text("\n".join(json.dumps(event) for event in events) + "\n\n", encoding="utf-8")
    dwell(str(source), target, BEGIN, END)
    lines = target.read_bytes().decode("utf-8").split("\n")
    assert lines[0] == "yard,stays,minutes,most,lost" and lines[-1] == ""
    return lines[1:-1]


def move(seq, what, at, wagon="W1", yard="Ost"):
    day, _, clock = at.partition(" ")
    return {"seq": seq, "wagon": wagon, "yard": yard, "move": what, "at": f"2035-06-{day}T{clock or '00:00'}"}


def test_whole_june(tmp_path):
    dwell(TESTS / "events.jsonl", tmp_path / "new.csv", "2035-06-01T00:00", "2035-07-01T00:00")
    assert (tmp_path / "new.csv").read_bytes() == (TESTS / "june.csv").read_bytes()


def test_file_was_made():
    assert Path("june.csv").read_bytes() == (TESTS / "june.csv").read_bytes()


@pytest.mark.parametrize(
    ("came", "left", "row"),
    [("12 08:00", "12 09:30", "1,90,1,0"), ("09 23:00", "10 01:00", "1,60,1,0"), ("19 23:00", "20 01:00", "1,60,1,0"), ("09", "21", "1,14400,1,0"),
     ("09", "10", None), ("20", "21", None), ("10", "10", "1,0,0,0"), ("20", "20", None), ("15", "15", "1,0,0,0"), ("10", "20", "1,14400,1,0"),
     ("09", "09 05:00", None)],
)  # fmt: skip
def test_period(tmp_path, came, left, row):
    assert run(tmp_path, move(2, "out", left), move(1, "in", came)) == ([] if row is None else [f"Ost,{row}"])


def test_stay_without_end(tmp_path):
    assert run(tmp_path, move(1, "in", "19 23:59"), move(2, "in", "09", wagon="W2", yard="Alt")) == ["Alt,1,14400,1,0", "Ost,1,1,1,0"]
    assert run(tmp_path, move(1, "in", "20")) == []


def test_same_minute_by_seq(tmp_path):
    events = [move(1, "in", "12 08:00"), move(3, "in", "12 09:00", yard="West"), move(2, "out", "12 09:00"), move(4, "out", "12 10:00", yard="West")]
    assert run(tmp_path, *events) == ["Ost,1,60,1,0", "West,1,60,1,0"]


def test_lost(tmp_path):
    events = [move(1, "in", "12 08:00"), move(2, "in", "12 10:00", yard="West"), move(3, "out", "12 11:00"), move(4, "out", "12 12:00", yard="West"),
              move(5, "out", "12 13:00", yard="Nord"), move(6, "out", "20", yard="Nord"), move(7, "out", "10", wagon="W9", yard="Nord")]  # fmt: skip
    assert run(tmp_path, *events) == ["Nord,0,0,0,2", "Ost,0,0,0,2", "West,1,120,1,0"]


def test_lost_outside(tmp_path):
    assert run(tmp_path, move(1, "in", "09"), move(2, "in", "11"), move(3, "out", "11 00:10")) == ["Ost,1,10,1,0"]


def test_same_yard_again(tmp_path):
    assert run(tmp_path, move(1, "in", "12 08:00"), move(2, "in", "12 09:00"), move(3, "out", "12 09:05")) == ["Ost,1,5,1,1"]


def test_most(tmp_path):
    events = [move(1, "in", "12 08:00", "A"), move(2, "out", "12 09:00", "A"), move(3, "in", "12 09:00", "B"), move(4, "out", "12 11:00", "B"),
              move(5, "in", "12 10:00", "C"), move(6, "out", "12 10:00", "C"), move(7, "in", "12 10:59", "D"), move(8, "out", "21", "D"),
              move(9, "in", "09", "E"), move(10, "out", "12 08:30", "E")]  # fmt: skip
    assert run(tmp_path, *events) == [f"Ost,5,14431,2,0"]


def correct(seq, target, **values):
    return {"seq": seq, "corrects": target, **values}


def test_corrections(tmp_path):
    base = [move(1, "in", "12 08:00"), move(2, "out", "12 09:00")]
    assert run(tmp_path, *base, correct(3, 2, at="2035-06-12T10:00"))[0] == "Ost,1,120,1,0"
    assert run(tmp_path, correct(4, 2, at="2035-06-12T10:00"), *base, correct(3, 2, at="2035-06-12T11:00", yard="West"), correct(5, 1, yard="West")) == [
        "West,1,120,1,0"
    ]
    assert run(tmp_path, *base, correct(3, 2, at="2035-06-12T10:00"), correct(4, 3, at="2035-06-12T12:00"))[0] == "Ost,1,120,1,0"
    assert run(tmp_path, *base, correct(3, 2, wagon="W2"), correct(4, 99, at="2035-06-12T12:00"))[0] == "Ost,1,11040,1,1"
    assert run(tmp_path, *base, correct(3, 1, move="out"))[0] == "Ost,0,0,0,2"


def cancel(seq, target):
    return {"seq": seq, "cancels": target}


def test_cancellations(tmp_path):
    base = [move(1, "in", "12 08:00"), move(2, "out", "12 09:00"), move(3, "out", "12 10:00")]
    assert run(tmp_path, *base) == ["Ost,1,60,1,1"]
    assert run(tmp_path, cancel(4, 2), *base) == ["Ost,1,120,1,0"]
    assert run(tmp_path, *base, cancel(4, 2), cancel(5, 4)) == ["Ost,1,60,1,1"]
    assert run(tmp_path, *base, cancel(6, 5), cancel(4, 2), cancel(5, 4)) == ["Ost,1,120,1,0"]
    assert run(tmp_path, *base, correct(4, 2, at="2035-06-12T08:30"), cancel(5, 4)) == ["Ost,1,60,1,1"]
    assert run(tmp_path, cancel(0, 2), *base) == ["Ost,1,60,1,1"]
    assert run(tmp_path, *base, cancel(4, 2), correct(5, 2, at="2035-06-12T08:30")) == ["Ost,1,120,1,0"]


def test_repetition(tmp_path):
    assert run(tmp_path, move(1, "in", "12 08:00"), move(2, "out", "12 09:00"), move(2, "out", "12 10:00")) == ["Ost,1,60,1,0"]
    assert run(tmp_path) == []
