"""The board at the beach."""

ADVICE = {"red": "do not swim", "yellow": "take care", "green": "enjoy the water"}


def flag(wave, wind):
    """The colour of the flag."""
    if wave < 0 or wind < 0:
        raise ValueError("neither waves nor wind are below 0")
    if wave > 150 or wind >= 28:
        return "red"
    if wave > 60 or wind >= 17:
        return "yellow"
    return "green"


def notice(beach, wave, wind, lifeguard):
    """The text on the board."""
    colour = flag(wave, wind)
    last = "A lifeguard is on duty." if lifeguard else "No lifeguard."
    metres = f"{wave // 100}.{wave % 100 // 10}"
    return f"{colour.upper()} FLAG at {beach}: {ADVICE[colour]}. Waves {metres} m, wind {wind} kn. {last}"
