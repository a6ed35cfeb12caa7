"""The schema of the ledger and of the recordings: literal SQL that makes the files that exist already."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from controller.ledger.database import Database, Layout
from controller.ledger.link import (
    ANCHOR_COLUMNS,
    CALL_COLUMNS,
    FUNCTION,
    PRICED_ANCHOR_COLUMNS,
    PRICED_CALL_COLUMNS,
    link,
)
from controller.ledger.migrations import LEDGER_SCHEMA, RECORDINGS_SCHEMA, migrations
from controller.ledger.scopes import DAY

MADE_BEFORE = Path(__file__).parents[2] / "fixtures" / "schema"  # by the code of f1725f6, which had no SQL files
FOLDERS = {"ledger.sql": LEDGER_SCHEMA, "recordings.sql": RECORDINGS_SCHEMA}
QUESTION = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"


def schema(path: Path) -> str:
    """The whole schema of a file as text."""
    with closing(sqlite3.connect(path)) as database:
        version = database.execute("PRAGMA user_version").fetchone()[0]
        text = f"-- user_version {version}\n"
        for kind, name, table, sql in database.execute(QUESTION):
            text += f"-- {kind} {name} on {table}\n{sql}\n"
    return text


@pytest.mark.parametrize("name", FOLDERS)
def test_fresh_file_has_the_old_schema(tmp_path: Path, name: str) -> None:
    before = (MADE_BEFORE / name).read_text()
    known = int(before.partition("\n")[0].rpartition(" ")[2])  # migrations of then; later ones change what they made
    Database(tmp_path / "new.sqlite", layout=Layout(migrations(FOLDERS[name])[:known], "", "")).close()
    assert schema(tmp_path / "new.sqlite") == before


@pytest.mark.parametrize("version", range(len(migrations(LEDGER_SCHEMA))))
def test_file_of_any_version_is_migrated(tmp_path: Path, version: int) -> None:
    path = tmp_path / "ledger.sqlite"
    with closing(sqlite3.connect(path)) as old:
        old.create_function(FUNCTION, -1, link, deterministic=True)
        for script in migrations(LEDGER_SCHEMA)[:version]:
            old.executescript(script)
        old.execute(f"PRAGMA user_version={version}")
    Database(path).close()
    Database(tmp_path / "fresh.sqlite").close()
    assert schema(path) == schema(tmp_path / "fresh.sqlite")


@pytest.mark.parametrize("folder", FOLDERS.values(), ids=lambda folder: folder.name)
def test_migrations_are_numbered_without_gaps(folder: Path) -> None:
    numbers = [path.name.partition("_")[0] for path in sorted(folder.glob("*.sql"))]
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]
    assert len(migrations(folder)) == len(numbers) > 0


def test_triggers_hash_the_named_columns() -> None:
    chain, money = migrations(LEDGER_SCHEMA)[2], migrations(LEDGER_SCHEMA)[6]
    for columns in (CALL_COLUMNS, ANCHOR_COLUMNS):
        assert new_values(columns) in chain.replace("\n            ", " ")
    assert new_values(PRICED_CALL_COLUMNS) in money
    assert new_values(PRICED_ANCHOR_COLUMNS) in money
    assert f"NEW.at / {DAY} AS INTEGER" in money


def new_values(columns: tuple[str, ...]) -> str:
    """Columns as a trigger names them."""
    return ", ".join(f"NEW.{name}" for name in columns)
