"""How a label is set."""

import textwrap


def set_lines(entry, width):
    """Title in capitals, text, an empty line and the room at the right."""
    lines = textwrap.wrap(entry.title.upper(), width)
    lines += textwrap.wrap(entry.text, width)
    return [*lines, "", entry.room.rjust(width)]
