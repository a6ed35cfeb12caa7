"""Lists of sheets from files."""

import csv

from herbarium.sheet import Sheet


def sheet(row):
    """The sheet of one row."""
    return Sheet(
        number=int(row["accession"]),
        species=row["species"],
        found=row["found"],
    )


def load(path):
    """All sheets of a file."""
    text = path.read_text(encoding="utf-8")
    sheets = []
    for row in csv.DictReader(text.splitlines()):
        if row:
            sheets.append(sheet(row))
    return sheets
