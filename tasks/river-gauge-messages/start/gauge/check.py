"""The check byte."""


class Bad(ValueError):
    """A message that cannot be packed or unpacked."""


def check(data):
    """The check byte of some bytes."""
    value = 0
    for byte in data:
        value ^= byte
    return value
