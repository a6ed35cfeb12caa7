"""The journal."""

import json

from apiary.checkpoint import Checkpoint
from apiary.entries import apply, undone


class Journal:
    """Entries of all colonies."""

    EVERY = 8

    def __init__(self):
        self.applied = 0
        self._entries = []
        self._checkpoint = Checkpoint(0, -1, {})

    def add(self, day, colony, what, value):
        """Write an entry; gives its number."""
        number = len(self._entries)
        if what == "undo" and not 0 <= value < number:
            raise ValueError(f"there is no entry {value} to undo")
        self._entries.append({"number": number, "day": day, "colony": colony, "what": what, "value": value})
        if len(self._entries) % self.EVERY == 0:
            self._checkpoint = Checkpoint(len(self._entries), day, self.state())
        return number

    def state(self, upto=None):
        """The colonies, up to a day."""
        colonies = dict(self._checkpoint.colonies)
        rest = self._entries[self._checkpoint.count :]
        without = undone(rest)
        for entry in sorted(rest, key=lambda one: one["day"]):
            if upto is not None and entry["day"] > upto:
                continue
            if entry["number"] not in without:
                apply(colonies, entry)
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
