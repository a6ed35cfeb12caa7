"""The board of alarms."""


class Board:
    """Alarms that are active."""

    def __init__(self):
        self._until = {}
        self._listeners = []

    def listen(self, listener):
        """Be told of alarms that end by themselves."""
        self._listeners.append(listener)

    def raise_alarm(self, name, until):
        """Begin an alarm, or give it a new time."""
        self._until.pop(name, None)
        self._until[name] = until

    def clear(self, name):
        """End an alarm by hand; listeners are not told."""
        self._until.pop(name, None)

    def active(self):
        """The names of active alarms."""
        return list(self._until)

    def tick(self, minute):
        """End the alarms whose time is over."""
        for name, until in self._until.items():
            if until <= minute:
                del self._until[name]
                for listener in self._listeners:
                    listener(self, name)
