"""Merging two notebooks that come from one."""

from collections import namedtuple

from notebook.book import Note, Notebook

Conflict = namedtuple("Conflict", "kind key ours theirs")
NOTHING = Note(None)


def renames(base, side):
    """`{new key: key in the base}` of a side."""
    removed, added = {}, {}
    for key in base.keys():
        if side.get(key) is None:
            removed.setdefault(base.get(key).text, []).append(key)
    for key in side.keys():
        if base.get(key) is None:
            added.setdefault(side.get(key).text, []).append(key)
    found = {}
    for text, keys in removed.items():
        if text and len(keys) == len(added.get(text, [])) == 1:
            found[added[text][0]] = keys[0]
    return found


def identities(base, side):
    """`{identity: key}` of a side in its order; an identity is a key and whether the base has it."""
    renamed = renames(base, side)
    found = {}
    for key in side.keys():
        was = renamed.get(key, key)
        found[was, base.get(was) is not None] = key
    return found


def merged_note(old, ours, theirs):
    """The merged note, and whether the texts conflict."""
    added = (ours.tags | theirs.tags) - old.tags
    tags = (old.tags & ours.tags & theirs.tags) | added
    text = theirs.text if ours.text == old.text else ours.text
    return Note(text, tags), ours.text != theirs.text and old.text not in (ours.text, theirs.text)


class Merge:
    """One merge."""

    def __init__(self, base, ours, theirs):
        self.base = base
        self.books = (ours, theirs)
        self.keys = [identities(base, side) for side in self.books]
        self.notes = {}
        self.wanted = {}
        self.conflicts = {}
        for identity in {**self.keys[0], **self.keys[1]}:
            self.settle(identity)

    def settle(self, identity):
        """Decide on one note's content and key."""
        was, based = identity
        old = self.base.get(was) or NOTHING
        keys = [found.get(identity) for found in self.keys]
        notes = [book.get(key) for book, key in zip(self.books, keys)]
        if None in notes:
            one = notes[0] or notes[1]
            key = keys[0] or keys[1]
            if based and one == old and key == was:
                return
            kinds = {"removed": [note and note.text for note in notes]} if based else {}
            side = 0 if notes[0] else 1
        else:
            one, clash = merged_note(old, *notes)
            side = 1 if keys[0] == was else 0
            key = keys[side]
            kinds = {"text": [note.text for note in notes]} if clash else {}
            if was not in keys and keys[0] != keys[1]:
                kinds["renamed"] = keys
        self.notes[identity] = one
        self.wanted[identity] = (key, side)
        self.conflicts[identity] = kinds

    def place(self):
        """The final key of each note."""
        final = {}
        taken = {key for key, _ in self.wanted.values()}
        used = {}
        for identity, (key, side) in sorted(self.wanted.items(), key=lambda item: item[1][1]):
            first = key
            while key in used or (key != first and key in taken):
                key += "'"
            if key != first:
                self.conflicts[identity]["key"] = [first, key]
            used[key] = identity
            final[identity] = key
        return final

    def order(self):
        """The notes in their merged order."""
        ours, theirs = ([one for one in found if one in self.notes] for found in self.keys)
        for number, identity in enumerate(theirs):
            if identity not in self.keys[0]:
                before = theirs[number - 1] if number else None
                ours.insert(ours.index(before) + 1 if number else 0, identity)
        return ours

    def result(self):
        """The merged notebook and the conflicts."""
        final = self.place()
        book = Notebook()
        conflicts = []
        for identity in self.order():
            key, note = final[identity], self.notes[identity]
            book.put(key, note.text, note.tags)
            for kind in ("renamed", "key", "text", "removed"):
                if kind in self.conflicts[identity]:
                    conflicts.append(Conflict(kind, key, *self.conflicts[identity][kind]))
        return book, conflicts


def merge(base, ours, theirs):
    """The merged notebook and the list of conflicts."""
    return Merge(base, ours, theirs).result()
