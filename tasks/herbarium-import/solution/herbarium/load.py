"""Lists of sheets from files."""

import codecs
import csv
import io

from herbarium.sheet import Sheet

COLUMNS = ("accession", "found", "species")


class MissingColumn(ValueError):
    """A file without a column that is needed."""


def decode(data):
    """The text of a file, whatever its coding."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252")


def load(path):
    """All sheets of a file. Raises MissingColumn."""
    text = decode(path.read_bytes())
    first = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text), delimiter=max(";,\t", key=first.count))
    names = [name.strip().lower() for name in next(rows, [])]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise MissingColumn("missing: " + ", ".join(missing))
    sheets = []
    for row in rows:
        values = [value.strip() for value in row]
        if not any(values):
            continue
        values += [""] * (len(names) - len(values))
        found = dict(zip(names, values))
        sheets.append(Sheet(int(found["accession"]), found["species"], found["found"]))
    return sheets
