"""Tickets."""

from locker.code import clean, spoken


def ticket(name, code):
    """The text of a ticket."""
    return f"For: {name}\nCode: {clean(code)}\nSay: {spoken(code)}"
