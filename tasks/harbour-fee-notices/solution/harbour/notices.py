"""Notices of fees."""

from collections.abc import Callable

from .money import shown

WIDTH = 40


def berth_notice(boat: str, length_dm: int, nights: int, member: bool = False) -> str:
    """The notice for lying at a berth: 12 cents for each decimetre and night; members have a quarter off."""
    return _notice("Berth", boat, {"Length (dm)": length_dm, "Nights": nights}, length_dm * nights * 12, 7, member and 4)


def water_notice(boat: str, litres: int, member: bool = False) -> str:
    """The notice for water: 3 cents for each begun ten litres, at least 150; members have a quarter off."""
    return _notice("Water", boat, {"Litres": litres}, max(150, -(-litres // 10) * 3), 7, member and 4)


def power_notice(boat: str, before: int, after: int, member: bool = False) -> str:
    """The notice for power: 41 cents for each unit between two readings of the meter; members have no discount."""
    units = after - before
    return _notice("Power", boat, {"Units": units}, units * 41, 19)


def crane_notice(boat: str, tons: int, lifts: int = 1, member: bool = False) -> str:
    """The notice for the crane: 2,000 cents a lift and 350 a ton and lift; members have a tenth off."""
    return _notice("Crane", boat, {"Tons": tons, "Lifts": lifts}, lifts * (2000 + tons * 350), 19, member and 10)


def _notice(title: str, boat: str, counts: dict[str, int], fee: int, percent: int, part: int = 0) -> str:
    """A notice; `part`: the discount is this part of the fee, 0 for none."""
    if not boat.strip():
        raise ValueError("a notice needs a boat")
    for name, count in counts.items():
        if count <= 0:
            raise ValueError(f"{name.split()[0].lower()} must be above zero")
    discount = fee // part if part else 0
    net = fee - discount
    tax = (net * percent + 50) // 100
    sums = {"Fee": shown(fee), "Discount": "-" + shown(discount), f"Tax {percent} %": shown(tax), "To pay": shown(net + tax)}
    if not discount:
        del sums["Discount"]
    double = "=" * WIDTH
    lines = [title.upper().center(WIDTH).rstrip(), double, *_rows({"Boat": boat.strip().upper(), **counts})]
    return "\n".join([*lines, "-" * WIDTH, *_rows(sums), double]) + "\n"


def _rows(values: dict) -> list[str]:
    return [f"{name:<20}{str(value):>20}" for name, value in values.items()]
