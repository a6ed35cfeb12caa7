"""Messages to bytes."""

from gauge.check import Bad, check
from gauge.fields import KINDS


def pack(message):
    """The bytes of a message. Raises Bad."""
    kind = message.get("kind")
    if kind not in KINDS:
        raise Bad(f"unknown kind {kind}")
    number, *fields = KINDS[kind]
    data = bytes([number])
    for name, size, order, low, high, default in fields:
        value = message.get(name, default)
        if value is None:
            raise Bad(f"{kind}: no {name}")
        if not low <= value <= high:
            raise Bad(f"{kind}: {name} out of range")
        data += value.to_bytes(size, order, signed=low < 0)
    if kind == "name":
        if "text" not in message:
            raise Bad("name: no text")
        text = message["text"].encode()
        if len(text) > 20:
            raise Bad("name: text too long")
        data += bytes([len(text)]) + text
    return data + bytes([check(data)])
