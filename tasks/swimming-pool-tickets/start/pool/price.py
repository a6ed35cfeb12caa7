"""The price at the desk."""

from pool.tariff import single


def price(guests):
    """Pence for a group."""
    return sum(single(age) for age in guests)
