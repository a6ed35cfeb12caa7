"""Labels, set once and kept."""

from museum.setting import set_lines


class Labels:
    """The labels of a catalogue."""

    def __init__(self, catalogue):
        self.settings = 0
        self._catalogue = catalogue
        self._kept = {}

    def label(self, key, language="en", width=40):
        """The lines of a label."""
        entry = self._catalogue.entry(key, language)
        place = (key, language, width)
        shown, lines = self._kept.get(place, (None, []))
        if shown != entry:
            self.settings += 1
            lines = set_lines(entry, width)
            self._kept[place] = (entry, lines)
        return list(lines)
