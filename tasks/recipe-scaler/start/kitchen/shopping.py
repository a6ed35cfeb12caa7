"""What must be bought."""

from kitchen.scale import exact, round_up


def shopping_list(menus):
    """The amount of each ingredient for all menus."""
    totals = {}
    for recipe, people in menus:
        for name, (amount, unit) in exact(recipe, people).items():
            totals[name, unit] = totals.get((name, unit), 0) + amount
    return {key: round_up(amount, key[1]) for key, amount in totals.items()}
