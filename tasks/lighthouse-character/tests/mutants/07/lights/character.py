"""The character of a light: read, and asked whether it shines. What it promises: docs/characters.md."""

import re
from dataclasses import dataclass

KINDS = ("F", "Fl", "Oc", "Iso")
COLOURS = "WRGY"
FLASH = 0.5
APART = 2
FORM = re.compile(r"(?P<kind>[A-Za-z]+)(?:\((?P<group>[0-9]+)\))?(?: +(?P<colour>[A-Z]))?(?: +(?P<period>[0-9]+(?:\.[0-9]+)?)s)?")


class CharacterError(ValueError):
    """A text that is no character."""


@dataclass(frozen=True)
class Character:
    """How a light shows itself."""

    kind: str
    group: int
    colour: str
    period: float | None


def parse(text: str) -> Character:
    """Read a character; raises CharacterError."""
    found = FORM.fullmatch(text.strip(" "))
    if found is None or found["kind"] not in KINDS:
        raise CharacterError(f"no character: {text!r}")
    kind = found["kind"]
    colour = found["colour"] or "W"
    if colour not in COLOURS:
        raise CharacterError(f"unknown colour: {text!r}")
    group = 1
    if found["group"] is not None:
        group = int(found["group"])
        if kind not in ("Fl", "Oc") or group < 1:
            raise CharacterError(f"no such group: {text!r}")
    period = None
    if found["period"] is not None:
        period = float(found["period"])
    if (period is None) != (kind == "F") or period == 0:
        raise CharacterError(f"wrong period: {text!r}")
    if kind in ("Fl", "Oc") and APART * (group - 1) + FLASH >= period:
        raise CharacterError(f"the group does not fit its period: {text!r}")
    return Character(kind, group, colour, period)


def is_lit(character: Character, second: float) -> bool:
    """Whether the light shines then."""
    if character.kind == "F":
        return True
    moment = second % character.period
    if character.kind == "Iso":
        return moment < character.period / 2
    number, within = divmod(moment, APART)
    flashes = number < character.group and within < FLASH
    return flashes == (character.kind == "Fl")
