from fractions import Fraction

import pytest
from kitchen.recipe import Recipe
from kitchen.scale import scaled
from kitchen.shopping import shopping_list


@pytest.mark.parametrize("amount, unit, serves, people, expected", [
    (30, "g", 3, 3, 30), (31, "g", 1, 1, 35), (1, "g", 1, 1, 5), (5, "g", 7, 49, 35), (10, "g", 10, 3, 5),
    (9, "piece", 10, 30, 27), (3, "piece", 49, 49, 3), (1, "piece", 49, 98, 2), (7, "piece", 25, 75, 21),
    (1, "piece", 3, 1, 1), (4, "piece", 3, 1, 2), (0, "g", 2, 9, 0), (Fraction(1, 3), "piece", 1, 6, 2),
    (Fraction(1, 3), "piece", 1, 7, 3), (Fraction(5, 2), "g", 1, 2, 5),
])
def test_printed_amount(amount, unit, serves, people, expected):
    printed = scaled(Recipe("r", serves, {"x": (amount, unit)}), people)
    assert (printed.name, printed.serves, printed.amounts) == ("r", people, {"x": (expected, unit)})


def test_whole_amounts_stay_for_any_number_of_people():
    for serves in range(1, 60):
        for times in range(1, 8):
            recipe = Recipe("r", serves, {"egg": (3, "piece"), "rye": (15, "g")})
            printed = scaled(recipe, serves * times).amounts
            assert printed == {"egg": (3 * times, "piece"), "rye": (15 * times, "g")}


def test_list_is_sum_of_printed():
    bun = Recipe("bun", 4, {"yeast": (31, "g"), "egg": (1, "piece"), "milk": (100, "g")})
    pie = Recipe("pie", 6, {"yeast": (7, "g"), "egg": (5, "piece"), "salt": (1, "g")})
    for first in range(1, 15):
        for second in range(1, 9):
            menus = [(bun, first), (pie, second), (bun, second)]
            expected = {}
            for recipe, people in menus:
                for name, (amount, unit) in scaled(recipe, people).amounts.items():
                    expected[name, unit] = expected.get((name, unit), 0) + amount
            assert shopping_list(menus) == expected


def test_list_keeps_units_apart():
    jam = Recipe("jam", 2, {"plum": (12, "g")})
    cake = Recipe("cake", 2, {"plum": (3, "piece")})
    assert shopping_list([(jam, 1), (cake, 3), (jam, 1)]) == {("plum", "g"): 20, ("plum", "piece"): 5}
    assert shopping_list([]) == {}
