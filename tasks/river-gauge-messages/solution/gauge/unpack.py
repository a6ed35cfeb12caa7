"""Bytes to messages."""

from gauge.check import Bad, check
from gauge.fields import KINDS


def text_of(data):
    """A name, of old gauges too."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def unpack(data):
    """The message of some bytes. Raises Bad."""
    if len(data) < 2:
        raise Bad("too short")
    if check(data[:-1]) != data[-1]:
        raise Bad("wrong check")
    kind = next((kind for kind, (number, *_) in KINDS.items() if number == data[0]), None)
    if kind is None:
        raise Bad(f"unknown kind {data[0]}")
    body = data[1:-1]
    if kind == "hello" and not body:
        body = b"\x01"
    message = {"kind": kind}
    place = 0
    for name, size, order, low, high, default in KINDS[kind][1:]:
        value = int.from_bytes(body[place : place + size], order, signed=low < 0)
        if kind == "alarm" and name == "level":
            value %= 8
        if name != "percent" or value != default:
            message[name] = value
        place += size
    if kind == "name":
        message["text"] = text_of(body[3:])
        place += 1 + (body[2] if len(body) > 2 else 0)
    if len(body) != place:
        raise Bad(f"{kind}: wrong length")
    return message
