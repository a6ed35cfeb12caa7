"""The journal."""

import json
from copy import deepcopy

from apiary.checkpoint import Checkpoint
from apiary.entries import apply, undone

NOTHING = Checkpoint(0, -1, {})


class Journal:
    """Entries of all colonies."""

    EVERY = 8

    def __init__(self):
        self.applied = 0
        self._entries = []
        self._checkpoint = deepcopy(NOTHING)

    def add(self, day, colony, what, value):
        """Write an entry; gives its number."""
        number = len(self._entries)
        if what == "undo":
            if not 0 <= value < number or self._entries[value]["colony"] != colony:
                raise ValueError(f"there is no entry {value} of {colony} to undo")
        self._entries.append({"number": number, "day": day, "colony": colony, "what": what, "value": value})
        if what == "undo" or day < self._checkpoint.day:
            self._checkpoint = deepcopy(NOTHING)
        if len(self._entries) % self.EVERY == 0:
            last = max(entry["day"] for entry in self._entries)
            self._checkpoint = Checkpoint(len(self._entries), last, self.state())
        return number

    def state(self, upto=None):
        """The colonies, up to a day."""
        checkpoint = self._checkpoint
        if upto is not None and upto < checkpoint.day:
            checkpoint = deepcopy(NOTHING)
        colonies = deepcopy(checkpoint.colonies)
        within = [entry for entry in self._entries if upto is None or entry["day"] <= upto]
        without = undone(within)
        rest = [entry for entry in within if entry["number"] >= checkpoint.count]
        for entry in sorted(rest, key=lambda one: one["day"]):
            apply(colonies, entry, without)
            self.applied += 1
        return colonies

    def dump(self):
        """The journal as text."""
        return json.dumps({"entries": self._entries, "checkpoint": vars(self._checkpoint)})

    @classmethod
    def load(cls, text):
        """The journal of a text."""
        stored = json.loads(text)
        journal = cls()
        journal._entries = stored["entries"]
        journal._checkpoint = Checkpoint(**stored["checkpoint"])
        return journal
