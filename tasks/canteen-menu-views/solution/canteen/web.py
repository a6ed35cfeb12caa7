"""The menu as HTML."""

from html import escape

from .menu import Menu
from .shown import days


def web(menu: Menu, student: bool, vegan_only: bool = False) -> str:
    """The menu as a piece of HTML. Sold-out dishes are last, struck out, without a price."""
    out = ['<div class="menu">']
    for day, word, counters in days(menu, student, vegan_only):
        out.append(f"<h2>{escape(day)}</h2>" + (f'<p class="closed">{word}</p>' if word else ""))
        for counter, dishes in counters:
            out.append(f"<h3>{escape(counter)}</h3><ul>")
            for dish in dishes:
                text = escape(dish.name)
                if dish.letters:
                    text += f" <small>{','.join(dish.letters)}</small>"
                text = f"{text} <b>{dish.price}</b>" if dish.price else f"<s>{text}</s>"
                vegan = ' class="vegan"' if dish.vegan else ""
                out.append(f"<li{vegan}>{text}</li>")
            out.append("</ul>")
    return "\n".join([*out, "</div>"]) + "\n"
