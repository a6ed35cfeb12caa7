"""Who is told what."""


class Events:
    """Tells listeners, one event after the other."""

    def __init__(self):
        self._listeners = []
        self._coming = []
        self._telling = False

    def listen(self, listener):
        """Be told from now on."""
        self._listeners.append(listener)

    def add(self, kind, train, route):
        """Let an event be told next time."""
        self._coming.append((kind, train, route))

    def tell(self):
        """Tell all of all, unless somebody is being told. Raises a listener's first exception."""
        if self._telling:
            return
        self._telling = True
        errors = []
        while self._coming:
            event = self._coming.pop(0)
            for listener in list(self._listeners):
                try:
                    listener(*event)
                except Exception as error:
                    errors.append(error)
        self._telling = False
        if errors:
            raise errors[0]
