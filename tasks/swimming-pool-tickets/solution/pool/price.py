"""The price at the desk."""

from pool.tariff import CHILD, single

FAMILY = 1400
GROUP = 10


def cheapest(guests):
    """The lowest price, and the fewest family tickets that give it. Raises ValueError."""
    if any(age < 0 for age in guests):
        raise ValueError("an age is below 0")
    children = [age for age in guests if 4 <= age < 16]
    grown = sorted((single(age) for age in guests if age >= 16), reverse=True)
    singles = sum(single(age) for age in guests)
    ways = []
    for families in range(len(grown) + 1):
        saved = sum(grown[: 2 * families]) + CHILD * min(3 * families, len(children))
        ways.append((singles - saved + families * FAMILY, families))
    paying = len(children) + len(grown)
    if paying >= GROUP:
        ways = [(pence * 9 // 100 * 10, families) for pence, families in ways]
    return min(ways)


def price(guests):
    """Pence for a group. Raises ValueError."""
    return cheapest(guests)[0]


def offer(guests):
    """The price as text. Raises ValueError."""
    pence, families = cheapest(guests)
    text = f"£{pence // 100}.{pence % 100:02}"
    if families == 0:
        return text
    return text + (" (1 family)" if families == 1 else f" ({families} families)")
