"""Dues by year."""


def yearly(text):
    """A line for each year, latest first: whole pounds, number of ships."""
    sums = {}
    ships = {}
    number = 0
    for line in text.splitlines():
        number = number + 1
        if line.strip() == "":
            continue
        if line.strip().startswith("#"):
            continue
        fields = line.split(";")
        if len(fields) != 4:
            raise ValueError("line " + str(number) + ": 4 fields are needed")
        date = fields[0].strip()
        ship = fields[1].strip()
        try:
            length = float(fields[2])
        except ValueError:
            raise ValueError("line " + str(number) + ": no length: " + fields[2].strip()) from None
        state = fields[3].strip()
        if state == "void":
            continue
        if state == "waived":
            continue
        amount = length * 1.5
        if length >= 20:
            amount = amount + 10
        key = date[:4]
        if key not in sums:
            sums[key] = 0
            ships[key] = []
        sums[key] = sums[key] + int(amount)
        if ship.lower() not in ships[key]:
            ships[key].append(ship.lower())
    lines = []
    for key in sorted(sums, reverse=True):
        lines.append(key + "  " + str(sums[key]) + "  " + str(len(ships[key])))
    return lines
