"""Frames as they are sent."""


class Damaged(Exception):
    """A frame with a wrong length or checksum."""


def encode(number, value):
    """The frame of a value; the number is sent modulo 256."""
    body = bytes([number % 256]) + value.to_bytes(2, "big", signed=True)
    return body + bytes([sum(body) % 256])


def decode(frame):
    """Number and value of a frame. Raises Damaged."""
    if len(frame) != 4 or sum(frame[:3]) % 256 != frame[3]:
        raise Damaged(frame.hex())
    return frame[0], int.from_bytes(frame[1:3], "big", signed=True)
