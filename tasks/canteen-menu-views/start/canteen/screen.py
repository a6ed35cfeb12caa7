"""The menu on the screen in the hall."""

from .menu import ALLERGENS, Menu


def screen(menu: Menu, student: bool, vegan_only: bool = False) -> str:
    """The menu as text. Sold-out dishes are shown last, in brackets, without a price."""
    lines = []
    for day, counters in menu.days.items():
        if day in menu.closed:
            lines.append(f"{day}: closed")
            continue
        shown_counters = 0
        for counter in counters:
            available = []
            gone = []
            for dish in counter.dishes:
                if vegan_only and not dish.vegan:
                    continue
                if student:
                    price = dish.student
                else:
                    price = dish.other
                if price is None:
                    continue
                if dish.sold_out:
                    gone.append(dish)
                else:
                    available.append((price, dish))
            available.sort(key=lambda pair: pair[0])
            if not available and not gone:
                continue
            if shown_counters == 0:
                lines.append(day)
            shown_counters += 1
            lines.append(f"  {counter.name}")
            for price, dish in available:
                letters = []
                for allergen in dish.allergens:
                    if allergen in ALLERGENS:
                        letters.append(ALLERGENS[allergen])
                    else:
                        letters.append("?")
                letters.sort()
                marks = ""
                if letters:
                    marks = " (" + ",".join(letters) + ")"
                name = dish.name
                if dish.vegan:
                    name = name + " *"
                lines.append(f"    {name}{marks} {price // 100}.{price % 100:02}")
            for dish in gone:
                letters = []
                for allergen in dish.allergens:
                    if allergen in ALLERGENS:
                        letters.append(ALLERGENS[allergen])
                    else:
                        letters.append("?")
                letters.sort()
                marks = ""
                if letters:
                    marks = " (" + ",".join(letters) + ")"
                name = dish.name
                if dish.vegan:
                    name = name + " *"
                lines.append(f"    [{name}{marks}]")
        if shown_counters == 0:
            lines.append(f"{day}: nothing")
    return "\n".join(lines) + "\n"
