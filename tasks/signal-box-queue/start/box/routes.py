"""Setting routes."""

from box.events import Events


class Busy(Exception):
    """The train has a route or waits for one."""


class NoRoute(Exception):
    """The train has none."""


class Box:
    """The signal box."""

    def __init__(self, plan):
        self._plan = plan
        self._events = Events()
        self._held = {}
        self._routes = {}
        self._queue = []
        self.listen = self._events.listen

    def request(self, train, route):
        """Ask for a route."""
        if train in self._routes:
            raise Busy(train)
        if any(section in self._held for section in self._plan.sections(route)):
            self._queue.append((train, route))
            return "waiting"
        self._set(train, route)
        return "set"

    def release(self, train):
        """Give a route back."""
        if train not in self._routes:
            raise NoRoute(train)
        route = self._routes[train]
        self._events.tell("free", train, route)
        self._free(route)
        del self._routes[train]
        for other, wanted in self._queue:
            if not any(section in self._held for section in self._plan.sections(wanted)):
                self._queue.remove((other, wanted))
                self._set(other, wanted)

    def _free(self, route):
        for section in self._plan.sections(route):
            del self._held[section]

    def _set(self, train, route):
        for section in self._plan.sections(route):
            self._held[section] = train
            self._events.tell("set", train, route)
        self._routes[train] = route

    def cancel(self, train):
        """Wait no longer."""
        self._queue = [one for one in self._queue if one[0] != train]

    def holder(self, section):
        """Who holds a section."""
        return self._held.get(section)

    def waiting(self):
        """Trains that wait."""
        return [train for train, _ in self._queue]
