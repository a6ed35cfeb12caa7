from ferry.manifest import page
from ferry.passenger import Passenger


def test_page():
    assert page([Passenger("Ives", 12), Passenger("Abel", 3)]) == ["   3  Abel", "  12  Ives"]
