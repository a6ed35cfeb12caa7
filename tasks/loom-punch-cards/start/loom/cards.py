"""Cards as they are printed."""


def punch(cards, shafts):
    """One row a card."""
    return ["".join("O" if shaft in card else "." for shaft in range(1, shafts + 1)) for card in cards]
