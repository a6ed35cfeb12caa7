from functools import cache
from itertools import combinations_with_replacement

import pytest
from pool.price import offer, price


def single(age):
    return 0 if age < 4 else 320 if age < 16 else 560 if age < 65 else 410


@cache
def ways(children, adults, seniors):
    """Every price with its families, one family after the other."""
    found = {(children * 320 + adults * 560 + seniors * 410, 0)}
    for c in range(min(3, children) + 1):
        for a in range(min(2, adults) + 1):
            for s in range(min(2 - a, seniors) + 1):
                if a + s:
                    found |= {(p + 1400, n + 1) for p, n in ways(children - c, adults - a, seniors - s)}
    return found


def cheapest(guests):
    """The best of every way."""
    kinds = [single(age) for age in guests]
    payers = len(guests) - kinds.count(0)
    found = ways(kinds.count(320), kinds.count(560), kinds.count(410))
    return min(((p * 9 // 10) // 10 * 10 if payers >= 10 else p, n) for p, n in found)


def test_lowest_price():
    groups = [list(one) for size in range(8) for one in combinations_with_replacement([3, 4, 16, 65], size)]
    groups += [[15] * c + [64] * a + [80] * s + [0] * 2 for c in range(0, 9, 2) for a in range(5) for s in range(4)]
    for guests in groups:
        pence, families = cheapest(guests)
        assert price(guests) == price(guests[::-1]) == pence
        words = {0: "", 1: " (1 family)"}.get(families, f" ({families} families)")
        assert offer(guests) == f"£{pence // 100}.{pence % 100:02}{words}"


@pytest.mark.parametrize("guests, text", [
    ([40, 40, 8, 8], "£14.00 (1 family)"), ([40, 40], "£11.20"), ([40, 40, 8], "£14.00 (1 family)"), ([70, 8, 8, 8], "£13.70"),
    ([70, 70, 8, 8], "£14.00 (1 family)"), ([], "£0.00"), ([3, 2], "£0.00"), ([15], "£3.20"), ([4] * 10, "£28.80"),
    ([4] * 9 + [3], "£28.80"), ([40] * 4 + [9] * 6, "£25.20 (2 families)"), ([64, 65], "£9.70"),
])
def test_offers(guests, text):
    assert offer(guests) == text


@pytest.mark.parametrize("guests", [[-1], [30, -5, 8]])
def test_negative_age_raises(guests):
    for act in (price, offer):
        with pytest.raises(ValueError):
            act(guests)
