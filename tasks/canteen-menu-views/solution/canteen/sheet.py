"""The menu as a sheet for the kitchen."""

import csv
import io

from .menu import Menu
from .shown import days


def sheet(menu: Menu, student: bool, vegan_only: bool = False) -> str:
    """The menu as CSV: a row a dish, sold-out ones last with an empty price; a closed or empty day has one row of its own."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["day", "counter", "dish", "vegan", "allergens", "price"])
    for day, word, counters in days(menu, student, vegan_only):
        if word:
            writer.writerow([day, "", word, "", "", ""])
        for counter, dishes in counters:
            for dish in dishes:
                writer.writerow([day, counter, dish.name, "yes" if dish.vegan else "no", "".join(dish.letters), dish.price])
    return file.getvalue()
