"""The track plan."""


class Plan:
    """Sections of each route."""

    def __init__(self, routes):
        self._routes = {name: tuple(sections) for name, sections in routes.items()}

    def sections(self, route):
        """The sections of a route. Raises KeyError."""
        return self._routes[route]
