"""The menu as HTML."""

from html import escape

from .menu import ALLERGENS, Menu


def web(menu: Menu, student: bool, vegan_only: bool = False) -> str:
    """The menu as a piece of HTML. Sold-out dishes are last, struck out, without a price."""
    out = ['<div class="menu">']
    for day, counters in menu.days.items():
        if day in menu.closed:
            out.append(f'<h2>{escape(day)}</h2><p class="closed">closed</p>')
            continue
        body = []
        for counter in counters:
            items = []
            gone = []
            for dish in counter.dishes:
                if vegan_only and not dish.vegan:
                    continue
                price = dish.student if student else dish.other
                if price is None:
                    continue
                letters = sorted(ALLERGENS.get(allergen, "?") for allergen in dish.allergens)
                marks = ""
                if letters:
                    marks = f" <small>{','.join(letters)}</small>"
                vegan = ""
                if dish.vegan:
                    vegan = ' class="vegan"'
                if dish.sold_out:
                    gone.append(f"<li{vegan}><s>{escape(dish.name)}{marks}</s></li>")
                else:
                    text = f"<li{vegan}>{escape(dish.name)}{marks} <b>{price // 100}.{price % 100:02}</b></li>"
                    items.append((price, text))
            items.sort(key=lambda pair: pair[0])
            if items or gone:
                body.append(f"<h3>{escape(counter.name)}</h3><ul>")
                for price, text in items:
                    body.append(text)
                for text in gone:
                    body.append(text)
                body.append("</ul>")
        if body:
            out.append(f"<h2>{escape(day)}</h2>")
            out.extend(body)
        else:
            out.append(f'<h2>{escape(day)}</h2><p class="closed">nothing</p>')
    out.append("</div>")
    return "\n".join(out) + "\n"
