"""All words to the model, as Markdown with $names to fill in."""

import string
from collections.abc import Mapping
from pathlib import Path


def prompt(name: str, values: Mapping[str, str] | None = None) -> str:
    """A prompt with its values. A name without a value is a mistake, and raises KeyError."""
    text = (Path(__file__).parent / f"{name}.md").read_text()
    return string.Template(text).substitute(values or {}).strip()
