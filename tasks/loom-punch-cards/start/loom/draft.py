"""Drafts."""


def read(text):
    """The cards of a draft."""
    cards = []
    for line in text.splitlines():
        words = line.partition("#")[0].split()
        if not words:
            continue
        if words[0] == "lift":
            cards.append(tuple(sorted(int(word) for word in words[1:])))
        elif words == ["rest"]:
            cards.append(())
        else:
            raise ValueError(f"not a card: {line}")
    return cards
