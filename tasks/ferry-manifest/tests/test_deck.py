from itertools import permutations

from ferry.manifest import by_cabin, page
from ferry.passenger import Passenger

ORDER = [Passenger("Pilot", 0), Passenger("Bo", 7), Passenger("Cy", 7), Passenger("Ada", 110), Passenger("Al"),
         Passenger("Zoe")]


def test_any_order_is_sorted():
    for mixed in permutations(ORDER):
        assert by_cabin(mixed) == ORDER


def test_page_says_deck():
    assert page(ORDER[::-1]) == ["   0  Pilot", "   7  Bo", "   7  Cy", " 110  Ada", "deck  Al", "deck  Zoe"]


def test_only_deck_and_nobody():
    assert page([Passenger("B"), Passenger("A")]) == ["deck  A", "deck  B"]
    assert page([]) == []
