"""Routes and what is left of a set one."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Route:
    """A way through the station."""

    name: str
    signal: str
    sections: tuple[str, ...]
    points: Mapping[str, str] = field(default_factory=dict)
    overlap: str | None = None

    def ground(self) -> set[str]:
        """All sections that must be free."""
        return {*self.sections, *([self.overlap] if self.overlap else [])}

    def flank(self) -> dict[str, str]:
        """Points that only protect the route."""
        return {section: position for section, position in self.points.items() if section not in self.sections}


@dataclass
class Setting:
    """A route that is set: how much of it was used and released."""

    route: Route
    go: bool = True
    used: set[str] = field(default_factory=set)
    passed: set[str] = field(default_factory=set)
    released: int = 0

    def held(self) -> tuple[str, ...]:
        """Sections that are still locked as sections."""
        return self.route.sections[self.released :]

    def enter(self, section: str) -> None:
        """A section became occupied."""
        if section in self.held():
            self.used.add(section)
        if section in self.route.ground():
            self.go = False

    def leave(self, section: str) -> None:
        """A section became free."""
        if section in self.used and section in self.held():
            self.passed.add(section)
        while self.held() and self.held()[0] in self.passed:
            self.released += 1

    def over(self) -> bool:
        """Whether nothing is locked any more."""
        return not self.held()
