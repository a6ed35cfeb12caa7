"""Pick-up codes."""


def clean(code):
    """The code without blanks and hyphens."""
    return "".join(code.split()).replace("-", "")
