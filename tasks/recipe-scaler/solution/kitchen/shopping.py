"""What must be bought."""

from kitchen.scale import scaled


def shopping_list(menus):
    """The amount of each ingredient for all menus."""
    totals = {}
    for recipe, people in menus:
        for name, (amount, unit) in scaled(recipe, people).amounts.items():
            totals[name, unit] = totals.get((name, unit), 0) + amount
    return totals
