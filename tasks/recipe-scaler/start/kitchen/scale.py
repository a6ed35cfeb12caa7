"""A recipe for another number of people."""

from kitchen.recipe import STEPS, Recipe


def round_up(amount, unit):
    """The amount in whole steps of its unit, never less than it was."""
    step = STEPS[unit]
    steps = amount // step
    if amount % step > 0:
        steps += 1
    return int(steps) * step


def exact(recipe, people):
    """The unrounded amounts for so many people."""
    factor = people / recipe.serves
    return {name: (amount * factor, unit) for name, (amount, unit) in recipe.amounts.items()}


def scaled(recipe, people):
    """The recipe as it is printed for so many people."""
    amounts = {}
    for name, (amount, unit) in exact(recipe, people).items():
        amounts[name] = (round_up(amount, unit), unit)
    return Recipe(recipe.name, people, amounts)
