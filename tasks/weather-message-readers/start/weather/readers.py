"""A reader for each kind of message. The kinds: docs/messages.md."""

import re

from .message import BadMessage, Message


def read_hut(text: str) -> Message:
    """Read a hut's message. Raises BadMessage."""
    if not text.startswith("HUT:"):
        raise BadMessage("no hut message")
    parts = {}
    for part in text[len("HUT:") :].split(";"):
        part = part.strip()
        if part == "":
            continue
        if "=" not in part:
            raise BadMessage(f"hut: no value in {part!r}")
        key, value = part.split("=", 1)
        key = key.strip().upper()
        value = value.strip()
        if key not in ("ID", "T", "TEMP", "SNOW"):
            raise BadMessage(f"hut: unknown {key}")
        if key in parts:
            raise BadMessage(f"hut: {key} twice")
        parts[key] = value
    for key in ("ID", "T", "TEMP"):
        if key not in parts:
            raise BadMessage(f"hut: {key} is missing")
    if not re.fullmatch("[A-Za-z0-9]+", parts["ID"]):
        raise BadMessage(f"hut: bad ID {parts['ID']!r}")
    if not re.fullmatch("[0-9]+", parts["T"]) or int(parts["T"]) >= 1440:
        raise BadMessage(f"hut: bad T {parts['T']!r}")
    values = {}
    for key in ("TEMP", "SNOW"):
        if key in parts:
            if not re.fullmatch("-?[0-9]+", parts[key]):
                raise BadMessage(f"hut: bad {key} {parts[key]!r}")
            values[key.lower()] = float(parts[key])
    return Message("hut", parts["ID"], int(parts["T"]), values)


def read_pass(text: str) -> Message:
    """Read the message of a pass. Raises BadMessage."""
    if not text.startswith("PASS "):
        raise BadMessage("no pass message")
    parts = {}
    for part in text[len("PASS ") :].split(" "):
        part = part.strip()
        if part == "":
            continue
        if "=" not in part:
            raise BadMessage(f"pass: no value in {part!r}")
        key, value = part.split("=", 1)
        key = key.strip()
        value = value.strip()
        if key not in ("ID", "T", "WIND", "GUST", "TEMP"):
            raise BadMessage(f"pass: unknown {key}")
        if key in parts:
            raise BadMessage(f"pass: {key} twice")
        parts[key] = value
    for key in ("ID", "T", "WIND"):
        if key not in parts:
            raise BadMessage(f"pass: {key} is missing")
    if not re.fullmatch("[A-Za-z0-9]+", parts["ID"]):
        raise BadMessage(f"pass: bad ID {parts['ID']!r}")
    if not re.fullmatch("[0-9]+", parts["T"]) or int(parts["T"]) >= 1440:
        raise BadMessage(f"pass: bad T {parts['T']!r}")
    values = {}
    for key in ("WIND", "GUST", "TEMP"):
        if key in parts:
            if not re.fullmatch("-?[0-9]+", parts[key]):
                raise BadMessage(f"pass: bad {key} {parts[key]!r}")
            values[key.lower()] = float(parts[key])
    return Message("pass", parts["ID"], int(parts["T"]), values)


def read_peak(text: str) -> Message:
    """Read a peak's message. Raises BadMessage."""
    if not text.startswith("PEAK/"):
        raise BadMessage("no peak message")
    parts = {}
    for part in text[len("PEAK/") :].split("/"):
        part = part.strip()
        if part == "":
            continue
        if "=" not in part:
            raise BadMessage(f"peak: no value in {part!r}")
        key, value = part.split("=", 1)
        key = key.strip()
        value = value.strip()
        if key not in ("ID", "T", "TEMP", "WIND"):
            raise BadMessage(f"peak: unknown {key}")
        if key in parts:
            raise BadMessage(f"peak: {key} twice")
        parts[key] = value
    for key in ("ID", "T", "TEMP", "WIND"):
        if key not in parts:
            raise BadMessage(f"peak: {key} is missing")
    if not re.fullmatch("[A-Za-z0-9]+", parts["ID"]):
        raise BadMessage(f"peak: bad ID {parts['ID']!r}")
    if not re.fullmatch("[0-9]+", parts["T"]) or int(parts["T"]) >= 1440:
        raise BadMessage(f"peak: bad T {parts['T']!r}")
    values = {}
    for key in ("TEMP", "WIND"):
        if key in parts:
            if not re.fullmatch(r"-?[0-9]+(\.[0-9])?", parts[key]):
                raise BadMessage(f"peak: bad {key} {parts[key]!r}")
            values[key.lower()] = float(parts[key])
    return Message("peak", parts["ID"], int(parts["T"]), values)


def read_lake(text: str) -> Message:
    """Read a lake's message. Raises BadMessage."""
    if not text.startswith("LAKE:"):
        raise BadMessage("no lake message")
    parts = {}
    for part in text[len("LAKE:") :].split(","):
        part = part.strip()
        if part == "":
            continue
        if "=" not in part:
            raise BadMessage(f"lake: no value in {part!r}")
        key, value = part.split("=", 1)
        key = key.strip().upper()
        value = value.strip()
        if key not in ("ID", "T", "LEVEL", "TEMP"):
            raise BadMessage(f"lake: unknown {key}")
        parts[key] = value
    for key in ("ID", "T", "LEVEL"):
        if key not in parts:
            raise BadMessage(f"lake: {key} is missing")
    if not re.fullmatch("[A-Za-z0-9]+", parts["ID"]):
        raise BadMessage(f"lake: bad ID {parts['ID']!r}")
    if not re.fullmatch("[0-9]+", parts["T"]) or int(parts["T"]) >= 1440:
        raise BadMessage(f"lake: bad T {parts['T']!r}")
    values = {}
    for key in ("LEVEL", "TEMP"):
        if key in parts:
            if not re.fullmatch(r"-?[0-9]+(\.[0-9])?", parts[key]):
                raise BadMessage(f"lake: bad {key} {parts[key]!r}")
            values[key.lower()] = float(parts[key])
    return Message("lake", parts["ID"], int(parts["T"]), values)
