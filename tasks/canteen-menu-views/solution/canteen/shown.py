"""What the views share: which dishes are shown, in which order, with which price and marks."""

from collections.abc import Iterator
from dataclasses import dataclass

from .menu import ALLERGENS, Counter, Dish, Menu


@dataclass(frozen=True)
class Shown:
    """A dish as it is shown; no price where it is sold out."""

    name: str
    vegan: bool
    letters: list[str]
    price: str


def days(menu: Menu, student: bool, vegan_only: bool) -> Iterator[tuple[str, str, list[tuple[str, list[Shown]]]]]:
    """Each day, a word in place of its counters where there are none, and the counters that have something to show."""
    for day, counters in menu.days.items():
        if day in menu.closed:
            yield day, "closed", []
            continue
        shown = [(counter.name, _dishes(counter, student, vegan_only)) for counter in counters]
        found = [(name, dishes) for name, dishes in shown if dishes]
        yield day, "" if found else "nothing", found


def _dishes(counter: Counter, student: bool, vegan_only: bool) -> list[Shown]:
    rows: list[tuple[tuple[bool, int], Dish]] = []
    for dish in counter.dishes:
        price = dish.student if student else dish.other
        if price is not None and (dish.vegan or not vegan_only):
            rows.append(((dish.sold_out, 0 if dish.sold_out else price), dish))
    rows.sort(key=lambda pair: pair[0])
    shown = []
    for (sold_out, price), dish in rows:
        letters = sorted(ALLERGENS.get(allergen, "?") for allergen in dish.allergens)
        shown.append(Shown(dish.name, dish.vegan, letters, "" if sold_out else f"{price // 100}.{price % 100:02}"))
    return shown
