"""Which vehicle goes into which lane. The rules: docs/loading.md."""

from collections.abc import Sequence
from dataclasses import dataclass, field

GAP = 5


@dataclass(frozen=True)
class Vehicle:
    """A vehicle in the queue; lengths in decimetres."""

    plate: str
    length: int
    height: int = 15
    dangerous: bool = False


@dataclass(frozen=True)
class Lane:
    """A lane of the deck; lengths in decimetres."""

    name: str
    length: int
    clearance: int = 20


@dataclass
class Loading:
    """What stands where, and what stays ashore."""

    lanes: dict[str, list[str]]
    ashore: list[str]
    _room: dict[str, int] = field(repr=False)

    def room(self, name: str) -> int:
        """The length left for one more vehicle in a lane. Raises KeyError for an unknown lane."""
        return self._room[name]


def load(lanes: Sequence[Lane], queue: Sequence[Vehicle]) -> Loading:
    """Place the queue in the lanes."""
    _check("lane", [(lane.name, lane.length) for lane in lanes])
    _check("vehicle", [(vehicle.plate, vehicle.length) for vehicle in queue])
    placed: dict[str, list[str]] = {lane.name: [] for lane in lanes}
    room = {lane.name: lane.length for lane in lanes}
    for vehicle in sorted(queue, key=lambda one: one.dangerous):
        fitting = [lane for lane in lanes if _fits(vehicle, lane, room[lane.name], placed[lane.name])]
        if not fitting:
            continue
        name = min(fitting, key=lambda lane: (lane.clearance, -room[lane.name])).name
        placed[name].append(vehicle.plate)
        room[name] = 0 if vehicle.dangerous else max(0, room[name] - vehicle.length - GAP)
    aboard = {plate for plates in placed.values() for plate in plates}
    return Loading(placed, [vehicle.plate for vehicle in queue if vehicle.plate not in aboard], room)


def _check(what: str, named: list[tuple[str, int]]) -> None:
    names = [name for name, _ in named]
    if len(set(names)) != len(names):
        raise ValueError(f"two {what}s of one name")
    if any(length < 0 for _, length in named):
        raise ValueError(f"a {what} without length")


def _fits(vehicle: Vehicle, lane: Lane, room: int, plates: list[str]) -> bool:
    if vehicle.dangerous and plates:
        return False
    return vehicle.height <= lane.clearance and vehicle.length <= room
