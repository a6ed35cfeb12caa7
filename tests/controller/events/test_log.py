"""Every event stands in one file, which stays within its bound."""

import json
from pathlib import Path

from controller.events.kinds import Warned
from controller.events.log import FILE, LOG_BYTES, EventLog


def test_file_stays_within_its_bound(tmp_path: Path) -> None:
    log = EventLog(tmp_path)
    for number in range(10):
        log(Warned(f"{number}" + "x" * (LOG_BYTES // 4)))
    sizes = {path.name: path.stat().st_size for path in tmp_path.iterdir()}
    assert set(sizes) == {FILE, f"{FILE}.1"}
    assert max(sizes.values()) <= LOG_BYTES
    last = json.loads((tmp_path / FILE).read_text().splitlines()[-1])
    assert last["text"].startswith("9x")


def test_missing_folder_is_ignored(tmp_path: Path) -> None:
    EventLog(tmp_path / "nowhere")(Warned("lost"))
