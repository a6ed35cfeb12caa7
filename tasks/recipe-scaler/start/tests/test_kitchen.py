from kitchen.recipe import Recipe
from kitchen.scale import scaled
from kitchen.shopping import shopping_list

BREAD = Recipe("bread", 4, {"flour": (500, "g"), "egg": (1, "piece")})


def test_recipe_is_rounded_up():
    assert scaled(BREAD, 5).amounts == {"flour": (625, "g"), "egg": (2, "piece")}


def test_list_of_one_menu():
    assert shopping_list([(BREAD, 8)]) == {("flour", "g"): 1000, ("egg", "piece"): 2}
