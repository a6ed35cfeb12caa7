"""What is alike in all reports."""


def report(text, form, size, fee=lambda length: 10 * (length >= 20), left_out=("void",), rounded=float):
    """Sums and ships by the first `size` characters of the date: the lines that `form` makes of them."""
    found = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#") or (size and line.strip().startswith("#")):
            continue
        fields = [field.strip() for field in line.split(";")]
        if len(fields) != 4:
            raise ValueError(f"line {number}: 4 fields are needed")
        date, ship, length, state = fields
        try:
            metres = float(length)
        except ValueError:
            raise ValueError(f"line {number}: no length: {length}") from None
        if state in left_out:
            continue
        key = date[:size]
        total, ships = found.get(key, (0, {}))
        ships[ship.lower() if size else ship] = True
        found[key] = (total + rounded(metres * 1.5 + fee(metres)), ships)
    return [form(key, *found[key]) for key in sorted(found)]
