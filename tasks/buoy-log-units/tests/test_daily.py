import json
import os
from pathlib import Path

import pytest

from buoys import daily

TESTS = Path(os.environ["HEIRLOOM_TESTS"])


def run(tmp_path, *lines):
    source, target = tmp_path / "in.jsonl", tmp_path / "out.json"
    source.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines) + "\n", encoding="utf-8")
    daily(str(source), target)
    text = target.read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), indent=1, sort_keys=True) + "\n"
    return json.loads(text)


def reading(id=1, at="2033-04-02T10:00:00Z", buoy="K1", **more):
    return {"id": id, "buoy": buoy, "at": at, **more}


def test_whole_log(tmp_path):
    daily(TESTS / "log.jsonl", tmp_path / "new.json")
    assert (tmp_path / "new.json").read_text("utf-8") == (TESTS / "daily.json").read_text("utf-8")


def test_file_was_made():
    assert Path("daily.json").read_text("utf-8") == (TESTS / "daily.json").read_text("utf-8")


@pytest.mark.parametrize(
    ("wind", "expected"),
    [("10 m/s", 10.0), ("12.5 kn", 6.4), ("36 km/h", 10.0), ("1.25 m/s", 1.3), ("0.18 km/h", 0.1), ("0.1 km/h", 0.0), (None, None)],
)
def test_wind(tmp_path, wind, expected):
    found = run(tmp_path, reading(wind=wind))
    assert found["buoys"]["K1"]["2033-04-02"]["wind_max_ms"] == expected


@pytest.mark.parametrize(
    ("waters", "expected"),
    [(["51.8 F"], 11.0), (["-0.25 C"], -0.3), (["0.05 C"], 0.1), (["1.0 C", "50 F"], 5.5), (["-0.04 C"], 0.0), (["1.05 C", "1.04 C"], 1.0), ([], None)],
)
def test_water(tmp_path, waters, expected):
    found = run(tmp_path, *[reading(id=n, water=water) for n, water in enumerate(waters)], reading(id=99))
    day = found["buoys"]["K1"]["2033-04-02"]
    assert day["water_mean_c"] == expected
    assert str(day["water_mean_c"]) != "-0.0"
    assert day["readings"] == len(waters) + 1


def test_greatest_wind(tmp_path):
    found = run(tmp_path, reading(id=1, wind="5 m/s"), reading(id=2, wind="9 kn"), reading(id=3, wind="10 km/h"))
    assert found == {"broken": 0, "buoys": {"K1": {"2033-04-02": {"readings": 3, "wind_max_ms": 5.0, "water_mean_c": None}}}}


def test_last_line_counts(tmp_path):
    found = run(
        tmp_path,
        reading(id=1, wind="30 m/s", water="4 C"),
        reading(id=1, buoy="K2", wind="7 m/s"),
        reading(id=1, wind="3 m/s"),
        reading(id=2, wind="40 m/s"),
        reading(id=2, withdrawn=True),
        reading(id=3, withdrawn=True),
        reading(id=3, wind="1 m/s", withdrawn=False),
    )
    assert found["buoys"]["K1"] == {"2033-04-02": {"readings": 2, "wind_max_ms": 3.0, "water_mean_c": None}}
    assert found["buoys"]["K2"]["2033-04-02"]["wind_max_ms"] == 7.0


def test_broken(tmp_path):
    found = run(tmp_path, '{"id": 4, "bu', "", "[1, 2]", "   ", "17", reading())
    assert found["broken"] == 3
    assert list(found["buoys"]) == ["K1"]


def test_days(tmp_path):
    found = run(tmp_path, reading(1, "2033-04-03T01:30:00+02:00"), reading(2, "2033-04-02T23:30:00-01:00"), reading(3, "2033-04-02T23:59:59Z"))
    assert {day: one["readings"] for day, one in found["buoys"]["K1"].items()} == {"2033-04-02": 2, "2033-04-03": 1}


def test_nothing(tmp_path):
    assert run(tmp_path, "") == {"broken": 0, "buoys": {}}
