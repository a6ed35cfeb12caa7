"""Notebooks."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Note:
    """One note."""

    text: str
    tags: frozenset = frozenset()


class Notebook:
    """Notes by key, in order."""

    def __init__(self):
        self._notes = {}

    def put(self, key, text, tags=()):
        """Add a note at the end, or replace one at its place."""
        self._notes[key] = Note(text, frozenset(tags))

    def get(self, key):
        """A note or None."""
        return self._notes.get(key)

    def remove(self, key):
        """Take a note out. Raises KeyError."""
        del self._notes[key]

    def keys(self):
        """All keys in order."""
        return list(self._notes)
