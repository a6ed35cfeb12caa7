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
        if (key, language) not in self._kept:
            self.settings += 1
            entry = self._catalogue.entry(key, language)
            self._kept[key, language] = set_lines(entry, width)
        return self._kept[key, language]
