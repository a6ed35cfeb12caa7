"""Notices of fees."""

from .money import shown

WIDTH = 40


def berth_notice(boat: str, length_dm: int, nights: int, member: bool = False) -> str:
    """The notice for lying at a berth: 12 cents for each decimetre and night; members have a quarter off."""
    if not boat.strip():
        raise ValueError("a notice needs a boat")
    if length_dm <= 0:
        raise ValueError("length must be above zero")
    if nights <= 0:
        raise ValueError("nights must be above zero")
    fee = length_dm * nights * 12
    if member:
        discount = fee // 4
    else:
        discount = 0
    net = fee - discount
    tax = (net * 7 + 50) // 100
    lines = []
    lines.append("BERTH".center(WIDTH).rstrip())
    lines.append("=" * WIDTH)
    lines.append("Boat".ljust(20) + boat.strip().upper().rjust(20))
    lines.append("Length (dm)".ljust(20) + str(length_dm).rjust(20))
    lines.append("Nights".ljust(20) + str(nights).rjust(20))
    lines.append("-" * WIDTH)
    lines.append("Fee".ljust(20) + shown(fee).rjust(20))
    if discount:
        lines.append("Discount".ljust(20) + ("-" + shown(discount)).rjust(20))
    lines.append("Tax 7 %".ljust(20) + shown(tax).rjust(20))
    lines.append("To pay".ljust(20) + shown(net + tax).rjust(20))
    lines.append("=" * WIDTH)
    return "\n".join(lines) + "\n"


def water_notice(boat: str, litres: int, member: bool = False) -> str:
    """The notice for water: 3 cents for each begun ten litres, at least 150; members have a quarter off."""
    if not boat.strip():
        raise ValueError("a notice needs a boat")
    if litres <= 0:
        raise ValueError("litres must be above zero")
    fee = -(-litres // 10) * 3
    if fee < 150:
        fee = 150
    if member:
        discount = fee // 4
    else:
        discount = 0
    net = fee - discount
    tax = (net * 7 + 50) // 100
    lines = []
    lines.append("WATER".center(WIDTH).rstrip())
    lines.append("=" * WIDTH)
    lines.append("Boat".ljust(20) + boat.strip().upper().rjust(20))
    lines.append("Litres".ljust(20) + str(litres).rjust(20))
    lines.append("-" * WIDTH)
    lines.append("Fee".ljust(20) + shown(fee).rjust(20))
    if discount:
        lines.append("Discount".ljust(20) + ("-" + shown(discount)).rjust(20))
    lines.append("Tax 7 %".ljust(20) + shown(tax).rjust(20))
    lines.append("To pay".ljust(20) + shown(net + tax).rjust(20))
    lines.append("=" * WIDTH)
    return "\n".join(lines) + "\n"


def power_notice(boat: str, before: int, after: int, member: bool = False) -> str:
    """The notice for power: 41 cents for each unit between two readings of the meter; members have no discount."""
    if not boat.strip():
        raise ValueError("a notice needs a boat")
    if after - before <= 0:
        raise ValueError("units must be above zero")
    fee = (after - before) * 41
    tax = (fee * 19 + 50) // 100
    lines = []
    lines.append("POWER".center(WIDTH).rstrip())
    lines.append("=" * WIDTH)
    lines.append("Boat".ljust(20) + boat.strip().upper().rjust(20))
    lines.append("Units".ljust(20) + str(after - before).rjust(20))
    lines.append("-" * WIDTH)
    lines.append("Fee".ljust(20) + shown(fee).rjust(20))
    lines.append("Tax 19 %".ljust(20) + shown(tax).rjust(20))
    lines.append("To pay".ljust(20) + shown(fee + tax).rjust(20))
    lines.append("=" * WIDTH)
    return "\n".join(lines) + "\n"


def crane_notice(boat: str, tons: int, lifts: int = 1, member: bool = False) -> str:
    """The notice for the crane: 2,000 cents a lift and 350 a ton and lift; members have a tenth off."""
    if not boat.strip():
        raise ValueError("a notice needs a boat")
    if tons <= 0:
        raise ValueError("tons must be above zero")
    if lifts <= 0:
        raise ValueError("lifts must be above zero")
    fee = lifts * 2000 + lifts * tons * 350
    if member:
        discount = fee // 10
    else:
        discount = 0
    net = fee - discount
    tax = (net * 19 + 50) // 100
    lines = []
    lines.append("CRANE".center(WIDTH).rstrip())
    lines.append("=" * WIDTH)
    lines.append("Boat".ljust(20) + boat.strip().upper().rjust(20))
    lines.append("Tons".ljust(20) + str(tons).rjust(20))
    lines.append("Lifts".ljust(20) + str(lifts).rjust(20))
    lines.append("-" * WIDTH)
    lines.append("Fee".ljust(20) + shown(fee).rjust(20))
    if discount:
        lines.append("Discount".ljust(20) + ("-" + shown(discount)).rjust(20))
    lines.append("Tax 19 %".ljust(20) + shown(tax).rjust(20))
    lines.append("To pay".ljust(20) + shown(net + tax).rjust(20))
    lines.append("=" * WIDTH)
    return "\n".join(lines) + "\n"
