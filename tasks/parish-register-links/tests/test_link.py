import json
import os
from pathlib import Path

import pytest

from registers import link

TESTS = Path(os.environ["HEIRLOOM_TESTS"])


def run(tmp_path, baptisms, census=(), burials=()):
    (tmp_path / "baptisms.csv").write_text("\n".join(["entry,given,family,born", *baptisms]) + "\n", encoding="utf-8")
    entries = [json.dumps({"entry": f"C{n}", "name": name, "age": age}) for n, (name, age) in enumerate(census, 1)]
    (tmp_path / "census.jsonl").write_text("\n".join(entries) + "\n", encoding="utf-8")
    rows = ["# remark", ""] + [f"{f'D{n}':<6} {day} {name:<30} {age:>5}" for n, (day, name, age) in enumerate(burials, 1)]
    (tmp_path / "burials.txt").write_text("\n".join(rows) + "\n", encoding="utf-8")
    link(str(tmp_path), tmp_path / "p.json", str(tmp_path / "d.csv"))
    text = (tmp_path / "p.json").read_text("utf-8")
    people = json.loads(text)
    assert text == json.dumps(people, ensure_ascii=False, indent=1) + "\n"
    lines = (tmp_path / "d.csv").read_bytes().decode("utf-8").split("\n")
    assert lines[0] == "entry,candidates" and lines[-1] == ""
    return [(one["entry"], one["census"], one["burial"]) for one in people], lines[1:-1]


def test_whole_registers(tmp_path):
    link(TESTS / "registers", tmp_path / "p.json", tmp_path / "d.csv")
    assert (tmp_path / "d.csv").read_bytes() == (TESTS / "doubtful.csv").read_bytes()
    assert (tmp_path / "p.json").read_bytes() == (TESTS / "people.json").read_bytes()


def test_files_were_made():
    assert Path("doubtful.csv").read_bytes() == (TESTS / "doubtful.csv").read_bytes()
    assert Path("people.json").read_bytes() == (TESTS / "people.json").read_bytes()


def test_person(tmp_path):
    run(tmp_path, ["B1,Anna Maria,Müller,2 Mar 1801", "", "B2,Jo,Weiß,12 Dec 1830"])
    people = json.loads((tmp_path / "p.json").read_text("utf-8"))
    assert people[0] == {"entry": "B1", "name": "Anna Maria Müller", "born": "1801-03-02", "census": None, "burial": None}
    assert people[1]["born"] == "1830-12-12"


@pytest.mark.parametrize(
    ("name", "fits"),
    [("Müller, Anna Maria", "C1"), ("MUELLER, anna", "C1"), ("Muller, Anna M.", "C1"), ("Müller, A. Maria", "C1"), ("Müller, Maria", None),
     ("Müller, Ann", None), ("Müller, An. Maria Rosa", "C1"), ("Müllner, Anna", None), ("Müller, Anna Mo.", None)],
)  # fmt: skip
def test_names(tmp_path, name, fits):
    people, _ = run(tmp_path, ["B1,Anna Maria,Müller,2 Mar 1801"], [(name, 50)])
    assert people[0][1] == fits


@pytest.mark.parametrize(
    ("typed", "other"), [("Weiß", "WEISS"), ("Goethe", "Göthe"), ("Åkesson", "Akesson"), ("Jaeger", "jäger"), ("Nuñez", "NUNEZ")]
)
def test_families(tmp_path, typed, other):
    people, _ = run(tmp_path, [f"B1,K.,{typed},2 Mar 1801"], [(f"{other}, Karl", 50)])
    assert people[0][1] == "C1"


@pytest.mark.parametrize(
    ("born", "age", "fits"),
    [("1801", 51, "C1"), ("1801", 52, None), ("1801", 48, "C1"), ("1801", 47, None), ("1851", 0, "C1"), ("1849", 0, "C1"), ("1848", 0, None)],
)
def test_census_age(tmp_path, born, age, fits):
    people, doubtful = run(tmp_path, [f"B1,Ida,Ek,2 Mar {born}"], [("Ek, Ida", age)])
    assert people[0][1] == fits
    assert len(doubtful) == (fits is None)


def test_born_after_the_census(tmp_path):
    assert run(tmp_path, ["B1,Ida,Ek,2 Dec 1851", "B2,Bo,Ek,1 Dec 1851"], [("Ek, Ida", 0), ("Ek, Bo", 0)]) == (
        [("B1", None, None), ("B2", "C2", None)], ["C1,"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("born", "day", "age", "fits"),
    [("1 Jan 1801", "1840-01-01", "41y", False), ("1 Jan 1801", "1840-01-01", "38y", True), ("1 Jan 1801", "1840-01-01", "39y", True),
     ("1 Jan 1801", "1840-01-01", "36y", False), ("1 Jan 1801", "1840-01-01", "37y", True), ("1 Jan 1801", "1840-01-01", "40y", True),
     ("1 Jan 1801", "1801-03-04", "1m", True), ("1 Jan 1801", "1801-03-05", "1m", False), ("1 Jan 1801", "1801-01-22", "2w", True),
     ("1 Jan 1801", "1801-01-23", "2w", False), ("1 Jan 1801", "1801-01-01", "0w", True), ("2 Jan 1801", "1801-01-01", "9w", False),
     ("2 Jan 1801", "1801-01-01", "0y", False)],
)  # fmt: skip
def test_burial_age(tmp_path, born, day, age, fits):
    people, doubtful = run(tmp_path, [f"B1,Ida,Ek,{born}"], [], [(day, "Ida Ek", age)])
    assert people[0][2] == ("D1" if fits else None)
    assert doubtful == ([] if fits else ["D1,"])


def test_only_when_unique(tmp_path):
    people, doubtful = run(
        tmp_path, ["B1,Ida,Ek,2 Mar 1801", "B2,Ida Eva,Ek,2 Mar 1802", "B3,Bo,Ek,2 Mar 1801"], [("Ek, Ida", 50), ("Ek, Bo", 50), ("Ek, B.", 51)]
    )
    assert people == [("B1", None, None), ("B2", None, None), ("B3", None, None)]
    assert doubtful == ["C1,B1 B2", "C2,B3", "C3,B3"]


def test_dead_are_not_counted(tmp_path):
    people, doubtful = run(
        tmp_path, ["B1,Ida,Ek,2 Mar 1801", "B2,Bo,Ek,3 Mar 1801"], [("Ek, Ida", 50)], [("1851-11-30", "Ida Ek", "50y"), ("1851-12-01", "Bo Ek", "50y")]
    )
    assert people == [("B1", "C1", None), ("B2", None, "D2")]
    assert doubtful == ["D1,"]


def test_counted_then_buried(tmp_path):
    people, doubtful = run(
        tmp_path, ["B1,Ida,Ek,2 Mar 1801", "B2,Ida,Ek,3 Mar 1803"], [("Ek, Ida", 50)], [("1860-02-01", "Ida Maria Ek", "58y"), ("1851-12-01", "Ida Ek", "49y")]
    )
    assert people == [("B1", "C1", None), ("B2", None, None)]
    assert doubtful == ["D1,B1 B2", "D2,B1 B2"]


def test_doubtful_in_the_census(tmp_path):
    people, doubtful = run(
        tmp_path, ["B1,Ida,Ek,2 Mar 1851", "B2,Ida,Ek,3 Mar 1850"], [("Ek, Ida", 1)],
        [("1851-12-03", "Ida Ek", "1y"), ("1851-12-04", "Ida Ek", "9m"), ("1851-06-04", "Ida Ek", "3m")],
    )  # fmt: skip
    assert people == [("B1", None, None), ("B2", None, None)]
    assert doubtful == ["C1,B1 B2", "D1,", "D2,B1", "D3,B1"]
