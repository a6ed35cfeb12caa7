"""Dues by year."""

from dues.lines import report


def yearly(text):
    """A line for each year, latest first: whole pounds, number of ships."""
    lines = report(
        text, lambda key, total, ships: f"{key}  {total}  {len(ships)}", 4, left_out=("void", "waived"), rounded=int
    )
    return lines[::-1]
