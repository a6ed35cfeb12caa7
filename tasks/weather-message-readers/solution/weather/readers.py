"""A reader for each kind of message. The kinds: docs/messages.md."""

import re
from dataclasses import dataclass

from .message import BadMessage, Message


@dataclass(frozen=True)
class Kind:
    """What makes a kind of message: how it begins, what it needs and may have, and how it is read."""

    begin: str
    divider: str
    needed: tuple[str, ...]
    optional: tuple[str, ...]
    decimal: bool = False
    any_case: bool = False
    last_counts: bool = False

    def __call__(self, text: str) -> Message:
        """Read a message. Raises BadMessage."""
        name = self.begin[:-1].lower()
        if not text.startswith(self.begin):
            raise BadMessage(f"no {name} message")
        parts = self._parts(name, text[len(self.begin) :])
        for key in ("ID", "T", *self.needed):
            if key not in parts:
                raise BadMessage(f"{name}: {key} is missing")
        number = r"-?[0-9]+(\.[0-9])?" if self.decimal else "-?[0-9]+"
        measured = [key for key in self.needed + self.optional if key in parts]
        for key, form in [("ID", "[A-Za-z0-9]+"), ("T", "[0-9]+"), *((key, number) for key in measured)]:
            if not re.fullmatch(form, parts[key]) or (key == "T" and int(parts[key]) >= 1440):
                raise BadMessage(f"{name}: bad {key} {parts[key]!r}")
        return Message(name, parts["ID"], int(parts["T"]), {key.lower(): float(parts[key]) for key in measured})

    def _parts(self, name: str, text: str) -> dict[str, str]:
        parts: dict[str, str] = {}
        for part in text.split(self.divider):
            if not part.strip():
                continue
            key, equals, value = part.partition("=")
            if not equals:
                raise BadMessage(f"{name}: no value in {part.strip()!r}")
            key = key.strip()
            if self.any_case:
                key = key.upper()
            if key not in ("ID", "T", *self.needed, *self.optional):
                raise BadMessage(f"{name}: unknown {key}")
            if key in parts and not self.last_counts:
                raise BadMessage(f"{name}: {key} twice")
            parts[key] = value.strip()
        return parts


read_hut = Kind("HUT:", ";", ("TEMP",), ("SNOW",), any_case=True)
read_pass = Kind("PASS ", " ", ("WIND",), ("GUST", "TEMP"))
read_peak = Kind("PEAK/", "/", ("TEMP", "WIND"), (), decimal=True)
read_lake = Kind("LAKE:", ",", ("LEVEL",), ("TEMP",), decimal=True, any_case=True, last_counts=True)
