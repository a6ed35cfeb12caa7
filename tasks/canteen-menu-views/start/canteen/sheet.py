"""The menu as a sheet for the kitchen."""

import csv
import io

from .menu import ALLERGENS, Menu


def sheet(menu: Menu, student: bool, vegan_only: bool = False) -> str:
    """The menu as CSV: a row a dish, sold-out ones last with an empty price; a closed or empty day has one row of its own."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["day", "counter", "dish", "vegan", "allergens", "price"])
    for day, counters in menu.days.items():
        if day in menu.closed:
            writer.writerow([day, "", "closed", "", "", ""])
            continue
        count = 0
        for counter in counters:
            rows = []
            for place, dish in enumerate(counter.dishes):
                if vegan_only and not dish.vegan:
                    continue
                if student:
                    price = dish.student
                else:
                    price = dish.other
                if price is None:
                    continue
                letters = ""
                for letter in sorted(ALLERGENS.get(allergen, "?") for allergen in dish.allergens):
                    letters += letter
                vegan = "yes" if dish.vegan else "no"
                if dish.sold_out:
                    rows.append(((1, 0, place), [day, counter.name, dish.name, vegan, letters, ""]))
                else:
                    shown = f"{price // 100}.{price % 100:02}"
                    rows.append(((0, price, place), [day, counter.name, dish.name, vegan, letters, shown]))
            rows.sort(key=lambda pair: pair[0])
            for _, row in rows:
                writer.writerow(row)
                count += 1
        if count == 0:
            writer.writerow([day, "", "nothing", "", "", ""])
    return file.getvalue()
