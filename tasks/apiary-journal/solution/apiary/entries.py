"""Entries, and what they do to a colony."""


def empty():
    """A colony before its first entry."""
    return {"frames": 0, "queen": None, "notes": []}


def apply(colonies, entry, without):
    """Let one entry change the colonies, if it is not one of those without effect."""
    colony = colonies.setdefault(entry["colony"], empty())
    if entry["number"] in without:
        return
    if entry["what"] == "frames":
        colony["frames"] += entry["value"]
    elif entry["what"] == "queen":
        colony["queen"] = entry["value"]
    elif entry["what"] == "note":
        colony["notes"].append(entry["value"])


def undone(entries):
    """The numbers of entries without effect, `entries` in order of numbers."""
    found = set()
    for entry in reversed(entries):
        if entry["what"] == "undo" and entry["number"] not in found:
            found.add(entry["value"])
    return found
