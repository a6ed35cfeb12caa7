"""The box: sets routes, follows trains. Rules: docs/rules.md."""

from collections.abc import Iterable

from .route import Route, Setting


class Refused(Exception):
    """A route that cannot be set or taken back; `rule` says why."""

    def __init__(self, rule: str, name: str) -> None:
        super().__init__(f"{name}: {rule}")
        self.rule = rule


class Box:
    """A signal box with its routes."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes = {route.name: route for route in routes}
        self._set: dict[str, Setting] = {}
        self._occupied: dict[str, bool] = {}
        self._positions: dict[str, str] = {}
        for route in self._routes.values():
            for section in [*route.ground(), *route.points]:
                self._occupied[section] = False
            for section in route.points:
                self._positions[section] = "left"

    def set_route(self, name: str) -> None:
        """Lock a route, or raise Refused."""
        route = self._routes.get(name)
        if route is None:
            raise Refused("unknown", name)
        if name in self._set:
            raise Refused("set", name)
        if any(self._occupied[section] for section in route.ground()):
            raise Refused("occupied", name)
        for setting in self._set.values():
            self._check_lock(route, setting)
        for setting in self._set.values():
            self._check_flank(route, setting)
        self._set[name] = Setting(route)
        self._positions.update(route.points)

    def _check_lock(self, route: Route, setting: Setting) -> None:
        other = setting.route
        if set(route.sections) & set(setting.held()) or other.overlap in route.sections:
            raise Refused("locked", route.name)

    def _check_flank(self, route: Route, setting: Setting) -> None:
        for section, position in route.points.items():
            held = setting.route.points.get(section) if self._holds_points(setting, section) else None
            if held not in (None, position):
                raise Refused("points", route.name)

    def _holds_points(self, setting: Setting, section: str) -> bool:
        return section in setting.held() or section in setting.route.flank()

    def train(self, section: str, occupied: bool) -> None:
        """A section became occupied or free."""
        if self._occupied[section] == occupied:
            return
        self._occupied[section] = occupied
        for name, setting in list(self._set.items()):
            if occupied:
                setting.enter(section)
            else:
                setting.leave(section)
            if setting.over():
                del self._set[name]

    def cancel(self, name: str) -> None:
        """Take an unused route back, or raise Refused."""
        if name not in self._routes:
            raise Refused("unknown", name)
        if name not in self._set:
            raise Refused("not set", name)
        setting = self._set[name]
        if setting.route.sections[0] in setting.used:
            raise Refused("used", name)
        del self._set[name]

    def position(self, section: str) -> str:
        """How points lie. Raises KeyError for a section without points."""
        return self._positions[section]

    def aspect(self, signal: str) -> str:
        """What a signal shows. Raises KeyError for an unknown one."""
        if signal not in {route.signal for route in self._routes.values()}:
            raise KeyError(signal)
        for setting in self._set.values():
            if setting.route.signal == signal and setting.go:
                return "go"
        return "stop"

    def locked(self) -> list[str]:
        """Names of the locked sections."""
        names: set[str] = set()
        for setting in self._set.values():
            names.update(setting.held())
            if setting.route.overlap:
                names.add(setting.route.overlap)
        return sorted(names)
