"""What an event does to a lock: state to new state and line of the log, or None where nothing happens."""

MOVES = {
    "open": {
        "low": ("low open", "low gate opens"),
        "high": ("high open", "high gate opens"),
        "low open": None,
        "high open": None,
    },
    "shut": {
        "low open": ("low", "low gate shuts"),
        "high open": ("high", "high gate shuts"),
        "low": None,
        "high": None,
    },
    "fill": {
        "low": ("filling", "sluice up"),
        "draining": ("filling", "sluices turned"),
        "filling": None,
        "high": None,
    },
    "drain": {
        "high": ("draining", "sluice up"),
        "filling": ("draining", "sluices turned"),
        "draining": None,
        "low": None,
    },
    "level": {
        "filling": ("high", "water is high"),
        "draining": ("low", "water is low"),
        **dict.fromkeys(["low", "high", "low open", "high open", "stopped"]),
    },
}
# step, where it ends, what that is called, line of the log
BOATS = {"enter": (1, 2, "full", "boat enters"), "leave": (-1, 0, "empty", "boat leaves")}
