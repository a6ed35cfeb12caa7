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
        self._queue = {}
        self.listen = self._events.listen

    def request(self, train, route):
        """Ask for a route. Raises Busy and KeyError."""
        if train in self._routes or train in self._queue:
            raise Busy(train)
        self._plan.sections(route)
        self._queue[train] = route
        self._look()
        answer = "waiting" if train in self._queue else "set"
        self._events.tell()
        return answer

    def release(self, train):
        """Give a route back. Raises NoRoute."""
        if train not in self._routes:
            raise NoRoute(train)
        route = self._routes.pop(train)
        for section in self._plan.sections(route):
            del self._held[section]
        self._events.add("free", train, route)
        self._look()
        self._events.tell()

    def cancel(self, train):
        """Wait no longer. Raises NoRoute."""
        if train not in self._queue:
            raise NoRoute(train)
        del self._queue[train]
        self._look()
        self._events.tell()

    def _look(self):
        needed = set()
        for train, route in list(self._queue.items()):
            sections = self._plan.sections(route)
            if needed.isdisjoint(sections) and self._held.keys().isdisjoint(sections):
                del self._queue[train]
                self._routes[train] = route
                self._held.update(dict.fromkeys(sections, train))
                self._events.add("set", train, route)
            else:
                needed.update(sections)

    def holder(self, section):
        """Who holds a section."""
        return self._held.get(section)

    def waiting(self):
        """Trains that wait."""
        return list(self._queue)
