import os
from pathlib import Path

import pytest

from mill import days

TESTS = Path(os.environ["HEIRLOOM_TESTS"])


def run(tmp_path, *rows):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("\n".join(["at,counter", *rows]) + "\n", encoding="utf-8")
    days(str(source), str(target))
    text = target.read_bytes().decode()
    assert text.endswith("\n") and "\r" not in text
    return text[:-1].split("\n")


def test_whole_year(tmp_path):
    days(TESTS / "meter.csv", tmp_path / "new.csv")
    assert (tmp_path / "new.csv").read_bytes() == (TESTS / "days.csv").read_bytes()


def test_file_was_made():
    assert Path("days.csv").read_bytes() == (TESTS / "days.csv").read_bytes()


def test_a_plain_day(tmp_path):
    rows = [f"2032-05-04 {hour:02}:00,{1000 + 3 * hour:05}" for hour in range(24)] + ["2032-05-05 00:00,01100"]
    assert run(tmp_path, *rows) == ["date,hours,readings,kwh", "2032-05-04,24,24,100", "2032-05-05,24,1,"]


def test_wrap(tmp_path):
    assert run(tmp_path, "2032-05-04 00:00,99990", "2032-05-05 00:00,00015")[1] == "2032-05-04,24,1,25"


@pytest.mark.parametrize(
    ("day", "hours"),
    [("2032-03-28", "23"), ("2032-03-21", "24"), ("2032-10-31", "25"), ("2032-10-24", "24"), ("2031-10-26", "25"), ("2036-03-30", "23"),
     ("2030-03-31", "23"), ("2032-05-30", "24"), ("2032-10-30", "24"), ("2029-03-25", "23"), ("2026-10-25", "25"), ("2026-03-24", "24"),
     ("2024-10-24", "24"), ("2024-03-24", "24")],
)  # fmt: skip
def test_hours(tmp_path, day, hours):
    assert run(tmp_path, f"{day} 05:00,00005")[1] == f"{day},{hours},1,"


def test_hour_that_comes_twice(tmp_path):
    rows = ["2032-10-31 00:00,00010", "2032-10-31 01:00,00012", "2032-10-31 02:00,00014", "2032-10-31 02:00,00017", "2032-10-31 02:00,00014",
            "2032-10-31 03:00,00019", "2032-11-01 00:00,00060"]  # fmt: skip
    assert run(tmp_path, *rows)[1] == "2032-10-31,25,5,50"


def test_repeated_rows(tmp_path):
    rows = ["2032-05-04 00:00,00010", "2032-05-04 00:00,00010", "2032-05-04 01:00,00013", "2032-05-04 00:00,00010", "2032-05-05 00:00,00020"]
    assert run(tmp_path, *rows)[1:] == ["2032-05-04,24,2,10", "2032-05-05,24,1,"]


def test_missing(tmp_path):
    rows = ["2032-05-04 00:00,00010", "2032-05-04 07:00,", "2032-05-04 08:00,-", "2032-05-05 00:00,", "2032-05-05 01:00,00031",
            "2032-05-08 00:00,00050", "2032-05-09 00:00,-"]  # fmt: skip
    assert run(tmp_path, *rows)[1:] == [
        "2032-05-04,24,1,", "2032-05-05,24,1,", "2032-05-06,24,0,", "2032-05-07,24,0,", "2032-05-08,24,1,",
    ]  # fmt: skip


def test_nothing(tmp_path):
    assert run(tmp_path) == ["date,hours,readings,kwh"]
    assert run(tmp_path, "2032-05-04 00:00,-") == ["date,hours,readings,kwh"]
