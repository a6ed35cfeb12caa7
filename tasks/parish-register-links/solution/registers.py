"""Links the entries of three parish registers."""

import csv
import json
import unicodedata
from datetime import date, datetime
from pathlib import Path

CENSUS = date(1851, 12, 1)


def link(folder, people, doubtful):
    """Read the registers of a folder, write people and doubtful entries."""
    baptisms, census, burials = read_baptisms(folder), read_census(folder), read_burials(folder)
    counted, by_entry = {}, {}
    fits = {one["entry"]: [b for b in baptisms if same_name(one, b) and fits_census(one, b)] for one in census}
    counted = unique(fits)
    possible = {b["entry"] for found in fits.values() for b in found}
    by_entry = {one["entry"]: [b for b in baptisms if same_name(one, b) and fits_burial(one, b, counted, possible)] for one in burials}
    buried = unique(by_entry)
    found = []
    for b in baptisms:
        found.append({
            "entry": b["entry"], "name": f"{b['given']} {b['family']}", "born": b["born"].isoformat(),
            "census": counted.get(b["entry"]), "burial": buried.get(b["entry"]),
        })  # fmt: skip
    Path(people).write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
    linked = {*counted.values(), *buried.values()}
    lines = ["entry,candidates"]
    for entry, candidates in [*fits.items(), *by_entry.items()]:
        if entry not in linked:
            lines.append(f"{entry},{' '.join(b['entry'] for b in candidates)}")
    Path(doubtful).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def unique(fits):
    """Entry of the baptism -> entry, where each is the only one that fits the other."""
    claims = {}
    for entry, candidates in fits.items():
        for b in candidates:
            claims.setdefault(b["entry"], []).append(entry)
    return {b: entries[0] for b, entries in claims.items() if len(entries) == 1 and len(fits[entries[0]]) == 1}


def fits_census(one, b):
    """Whether a baptism's birth fits the age in the census."""
    return 1851 - one["age"] - 2 <= b["born"].year <= 1851 - one["age"] + 1 and b["born"] <= CENSUS


def fits_burial(one, b, counted, possible):
    """Whether a baptism fits a burial's date and age."""
    number, unit = int(one["age"][:-1]), one["age"][-1]
    days = (one["date"] - b["born"]).days
    if days < 0:
        return False
    if unit == "y":
        year = one["date"].year
        if not year - number - 2 <= b["born"].year <= year - number + 1:
            return False
    elif days > {"m": 31, "w": 7}[unit] * (number + 1):
        return False
    if one["date"] < CENSUS:
        return b["entry"] not in counted
    return b["entry"] in counted or b["entry"] not in possible or unit != "y"


def same_name(one, b):
    """Whether two entries have the same name."""
    if plain(one["family"]) != plain(b["family"]):
        return False
    return all(fit(left, right) for left, right in zip(plain(one["given"]).split(), plain(b["given"]).split()))


def fit(left, right):
    """Whether two words of given names fit."""
    if left == right:
        return True
    return (left.endswith(".") and right.startswith(left[:-1])) or (right.endswith(".") and left.startswith(right[:-1]))


def plain(name):
    """A name without case, marks and double vowels."""
    marks = unicodedata.normalize("NFKD", name.casefold())
    text = "".join(char for char in marks if not unicodedata.combining(char))
    return text.replace("ae", "a").replace("oe", "o").replace("ue", "u").strip()


def lines_of(folder, name):
    """The lines of a file that are not empty."""
    return [line for line in (Path(folder) / name).read_text("utf-8").splitlines() if line.strip()]


def read_baptisms(folder):
    """Baptisms, in order."""
    rows = list(csv.DictReader(lines_of(folder, "baptisms.csv")))
    return [{**row, "born": datetime.strptime(row["born"], "%d %b %Y").date()} for row in rows]


def read_census(folder):
    """Census entries, in order."""
    found = []
    for line in lines_of(folder, "census.jsonl"):
        entry = json.loads(line)
        family, _, given = entry["name"].partition(",")
        found.append({"entry": entry["entry"], "family": family.strip(), "given": given.strip(), "age": entry["age"]})
    return found


def read_burials(folder):
    """Burials, in order."""
    found = []
    for line in lines_of(folder, "burials.txt"):
        if not line.startswith("#"):
            given, _, family = line[18:48].strip().rpartition(" ")
            day = date.fromisoformat(line[7:17])
            found.append({"entry": line[:6].strip(), "date": day, "given": given, "family": family, "age": line[49:54].strip()})
    return found
