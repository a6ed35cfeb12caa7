"""The file that keeps every event of a lineage's runs: JSON, a line each, bounded."""

from contextlib import suppress
from pathlib import Path

from controller.events.kinds import Event, dated_line

FILE = "events.jsonl"  # in the folder of a lineage's own state
LOG_BYTES = 4 * 2**20  # then it becomes events.jsonl.1, in place of the one before


class EventLog:
    """Appends each event to the file in `folder`. A write that fails is let go: no event is worth a run."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE

    def __call__(self, event: Event) -> None:
        """Append one event, where its kind is kept."""
        if not event.kept:
            return
        with suppress(OSError):  # a full disk is noticed elsewhere
            self._append(dated_line(event))

    def _append(self, line: str) -> None:
        if self._file.exists() and self._file.stat().st_size + len(line) > LOG_BYTES:
            self._file.replace(self._file.with_name(f"{FILE}.1"))
        with self._file.open("a") as file:
            file.write(line + "\n")
