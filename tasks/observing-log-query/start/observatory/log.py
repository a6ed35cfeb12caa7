"""The log."""


def value_of(text):
    """A number where it looks like one."""
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text


def read(text):
    """The rows of a log."""
    rows = []
    for line in text.splitlines():
        fields = [field.partition("=") for field in line.split("\t") if field]
        rows.append({name: value_of(value) for name, _, value in fields})
    return rows
