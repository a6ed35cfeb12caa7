"""All parts that there are."""


class Circle(ValueError):
    """A part is a part of itself."""

    def __init__(self, path):
        super().__init__(" > ".join(path))
        self.path = path


class Stock:
    """Parts by name."""

    def __init__(self):
        self._grams = {}
        self._children = {}

    def add(self, name, grams):
        """Add a part."""
        self._grams[name] = grams

    def use(self, name, child, count=1):
        """Let a part be made of another. Using the same child again adds to its count."""
        children = self._children.setdefault(name, {})
        children[child] = children.get(child, 0) + count

    def grams(self, name):
        """What a part weighs itself. Raises KeyError."""
        return self._grams[name]

    def children(self, name):
        """Pairs of child and count in the order in which they were first used. Raises KeyError."""
        self._grams[name]
        return list(self._children.get(name, {}).items())
