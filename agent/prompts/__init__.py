"""All words to the model, as Markdown with $names to fill in."""

import string
from pathlib import Path


def prompt(name: str, **values: str) -> str:
    """The text of `name`.md with every name filled in. Raises KeyError where one has no value."""
    text = (Path(__file__).parent / f"{name}.md").read_text()
    return string.Template(text).substitute(values).strip()
