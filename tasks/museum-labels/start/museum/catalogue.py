"""The objects of the museum."""

from dataclasses import dataclass, replace

STAND_IN = "en"


@dataclass(frozen=True)
class Entry:
    """What is said of an object in one language."""

    title: str = ""
    text: str = ""
    room: str = ""


class Catalogue:
    """Objects by key."""

    def __init__(self):
        self._rooms = {}
        self._entries = {}

    def add(self, key, room):
        """Take an object in."""
        self._rooms[key] = room
        self._entries[key] = {}

    def amend(self, key, language, **changes):
        """Change the title or the text in a language."""
        entries = self._entries[key]
        entries[language] = replace(entries.get(language, Entry()), **changes)

    def move(self, key, room):
        """Put an object into another room."""
        if key not in self._rooms:
            raise KeyError(key)
        self._rooms[key] = room

    def entry(self, key, language):
        """The entry in a language, or the one that stands in for it."""
        entries = self._entries[key]
        found = entries[language] if language in entries else entries[STAND_IN]
        return replace(found, room=self._rooms[key])
