"""Entries, and what they do to a colony."""


def empty():
    """A colony before its first entry."""
    return {"frames": 0, "queen": None, "notes": []}


def apply(colonies, entry):
    """Let one entry change the colonies."""
    colony = colonies.setdefault(entry["colony"], empty())
    if entry["what"] == "frames":
        colony["frames"] += entry["value"]
    elif entry["what"] == "queen":
        colony["queen"] = entry["value"]
    elif entry["what"] == "note":
        colony["notes"].append(entry["value"])


def undone(entries):
    """The numbers of entries without effect."""
    return {entry["value"] for entry in entries if entry["what"] == "undo"}
