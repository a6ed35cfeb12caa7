"""Who is told what."""


class Events:
    """Tells listeners."""

    def __init__(self):
        self._listeners = []

    def listen(self, listener):
        """Be told from now on."""
        self._listeners.append(listener)

    def tell(self, kind, train, route):
        """Tell all."""
        for listener in self._listeners:
            listener(kind, train, route)
