"""The migrations of a database file: literal SQL, one numbered file each, run in order and never changed afterwards."""

from pathlib import Path

LEDGER_SCHEMA = Path(__file__).with_name("schema")
RECORDINGS_SCHEMA = Path(__file__).with_name("recordings_schema")
SEARCH_SCHEMA = Path(__file__).with_name("search_schema")


def migrations(folder: Path) -> tuple[str, ...]:
    """The scripts of a folder, the first first. How many of them a file has seen is its `user_version`."""
    return tuple(path.read_text("utf-8") for path in sorted(folder.glob("*.sql")))
