"""Dues by day."""

from dues.lines import report


def daily(text):
    """A line for each day: dues in pounds, ships."""
    return report(
        text, lambda key, total, ships: f"{key}  {total:.2f}  {', '.join(ships)}", None, lambda length: 10 * (length > 20)
    )
