"""What a menu is."""

from dataclasses import dataclass, field

ALLERGENS = {"gluten": "A", "egg": "C", "fish": "D", "milk": "G", "nuts": "H", "celery": "L", "mustard": "M"}


@dataclass(frozen=True)
class Dish:
    """A dish; cents for students and for others (None: it has no price for them, and is not sold to them)."""

    name: str
    student: int | None
    other: int | None
    allergens: frozenset[str] = frozenset()
    vegan: bool = False
    sold_out: bool = False


@dataclass(frozen=True)
class Counter:
    """A counter and its dishes, in the order of the cook."""

    name: str
    dishes: tuple[Dish, ...] = ()


@dataclass(frozen=True)
class Menu:
    """Days by name, in order, each with its counters; `closed` days have none to show."""

    days: dict[str, tuple[Counter, ...]] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()
