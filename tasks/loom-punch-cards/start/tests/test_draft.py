from loom.cards import punch
from loom.draft import read


def test_cards_are_punched():
    assert punch(read("lift 3 1 # twill\n\nrest\n"), 4) == ["O.O.", "...."]
