"""Announcements in Welsh."""


def join(names):
    """A list of names."""
    text = ""
    for number, name in enumerate(names):
        if number == 0:
            text = text + name
        elif number == len(names) - 1:
            text = text + " a " + name
        else:
            text = text + ", " + name
    return text


def next_stop(stop, lines):
    """The next stop."""
    if len(lines) == 0:
        return "Yr arhosfan nesaf yw " + stop + "."
    if len(lines) == 1:
        return "Yr arhosfan nesaf yw " + stop + ". Newidiwch yma am linell " + join(lines) + "."
    return "Yr arhosfan nesaf yw " + stop + ". Newidiwch yma am linellau " + join(lines) + "."


def delay(minutes):
    """A delay."""
    if minutes < 3:
        return ""
    return "Rydym " + str(minutes) + " munud yn hwyr."


def terminus(stop):
    """The last stop."""
    return stop + " yw'r arhosfan olaf."
