"""The labels of sheets."""

from .sheet import Sheet


def label(sheet: Sheet) -> str:
    """The lines of a sheet's label."""
    lines = [sheet.plant, f"{sheet.finder}, {sheet.day.day}.{sheet.day.month}.{sheet.day.year}"]
    return "\n".join(lines)
