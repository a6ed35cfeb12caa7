"""Tickets."""

from locker.code import clean


def ticket(name, code):
    """The text of a ticket."""
    return f"For: {name}\nCode: {clean(code)}"
