"""Announcements in Cornish."""


def join(names):
    """A list of names."""
    text = ""
    for number, name in enumerate(names):
        if number == 0:
            text = text + name
        elif number == len(names) - 1:
            text = text + " ha " + name
        else:
            text = text + " ha " + name
    return text


def next_stop(stop, lines):
    """The next stop."""
    if len(lines) == 0:
        return "An nessa savla yw " + stop + "."
    if len(lines) == 1:
        return "An nessa savla yw " + stop + ". Chanjyewgh omma rag linen " + join(lines) + "."
    return "An nessa savla yw " + stop + ". Chanjyewgh omma rag linennow " + join(lines) + "."


def delay(minutes):
    """A delay."""
    if minutes < 2:
        return ""
    if minutes > 20:
        return "Pur holergh on ni."
    return str(minutes) + " mynysen holergh on ni."


def terminus(stop):
    """The last stop."""
    return "Diwettha savla: " + stop + "."
