"""The menu on the screen in the hall."""

from .menu import Menu
from .shown import days


def screen(menu: Menu, student: bool, vegan_only: bool = False) -> str:
    """The menu as text. Sold-out dishes are shown last, in brackets, without a price."""
    lines = []
    for day, word, counters in days(menu, student, vegan_only):
        lines.append(f"{day}: {word}" if word else day)
        for counter, dishes in counters:
            lines.append(f"  {counter}")
            for dish in dishes:
                text = dish.name + " *" * dish.vegan
                if dish.letters:
                    text += f" ({','.join(dish.letters)})"
                lines.append(f"    {text} {dish.price}" if dish.price else f"    [{text}]")
    return "\n".join(lines) + "\n"
