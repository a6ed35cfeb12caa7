"""The board at the beach."""


def flag(wave, wind):
    """The colour of the flag."""
    if wave < 0 or wind < 0:
        raise ValueError("neither waves nor wind are below 0")
    if wave > 150:
        return "red"
    if wind >= 28:
        return "red"
    if wave > 60:
        return "yellow"
    if wind >= 17:
        return "yellow"
    return "green"


def notice(beach, wave, wind, lifeguard):
    """The text on the board."""
    if flag(wave, wind) == "red":
        if lifeguard:
            text = "RED FLAG at " + beach + ": do not swim. "
            text = text + "Waves " + str(wave // 100) + "." + str(wave % 100 // 10) + " m, wind " + str(wind) + " kn. "
            text = text + "A lifeguard is on duty."
        else:
            text = "RED FLAG at " + beach + ": do not swim. "
            text = text + "Waves " + str(wave // 100) + "." + str(wave % 100 // 10) + " m, wind " + str(wind) + " kn. "
            text = text + "No lifeguard."
    elif flag(wave, wind) == "yellow":
        if lifeguard:
            text = "YELLOW FLAG at " + beach + ": take care. "
            text = text + "Waves " + str(wave // 100) + "." + str(wave % 100 // 10) + " m, wind " + str(wind) + " kn. "
            text = text + "A lifeguard is on duty."
        else:
            text = "YELLOW FLAG at " + beach + ": take care. "
            text = text + "Waves " + str(wave // 100) + "." + str(wave % 100 // 10) + " m, wind " + str(wind) + " kn. "
            text = text + "No lifeguard."
    else:
        if lifeguard:
            text = "GREEN FLAG at " + beach + ": enjoy the water. "
            text = text + "Waves " + str(wave // 100) + "." + str(wave % 100 // 10) + " m, wind " + str(wind) + " kn. "
            text = text + "A lifeguard is on duty."
        else:
            text = "GREEN FLAG at " + beach + ": enjoy the water. "
            text = text + "Waves " + str(wave // 100) + "." + str(wave % 100 // 10) + " m, wind " + str(wind) + " kn. "
            text = text + "No lifeguard."
    return text
