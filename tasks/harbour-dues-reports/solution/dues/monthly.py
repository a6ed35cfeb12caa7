"""Dues by month."""

from dues.lines import report


def monthly(text):
    """A line for each month: dues in pounds, number of ships."""
    return report(text, lambda key, total, ships: f"{key}  {total:.2f}  {len(ships)}", 7)
