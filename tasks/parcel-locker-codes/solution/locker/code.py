"""Pick-up codes."""


def clean(code):
    """The code without blanks and hyphens."""
    return "".join(code.split()).replace("-", "")


def spoken(code):
    """The code as it is read out."""
    letters = clean(code).upper()
    groups = []
    while letters:
        groups.insert(0, " ".join(letters[-3:]))
        letters = letters[:-3]
    return " - ".join(groups)
