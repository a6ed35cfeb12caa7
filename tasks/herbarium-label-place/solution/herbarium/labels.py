"""The labels of sheets."""

from decimal import ROUND_HALF_UP, Decimal

from .sheet import Sheet


def label(sheet: Sheet) -> str:
    """The lines of a sheet's label."""
    lines = [sheet.plant, f"{sheet.finder}, {sheet.day.day}.{sheet.day.month}.{sheet.day.year}"]
    if sheet.place is not None:
        lines.append(place(*sheet.place))
    return "\n".join(lines)


def place(latitude: float, longitude: float) -> str:
    """A place in degrees, minutes and seconds. Raises ValueError for what lies on no globe."""
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise ValueError(f"no place: {latitude}, {longitude}")
    if longitude == -180:
        longitude = 180
    return f"{_angle(latitude, 2, 'NS')} {_angle(longitude, 3, 'EW')}"


def _angle(degrees: float, digits: int, signs: str) -> str:
    exact = Decimal(str(degrees)) * 3600
    seconds = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    minutes, second = divmod(abs(seconds), 60)
    degree, minute = divmod(minutes, 60)
    return f"{degree:0{digits}}°{minute:02}'{second:02}\"{signs[seconds < 0]}"
