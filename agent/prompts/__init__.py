"""All words to the model, as Markdown with $names to fill in."""

import string
from pathlib import Path


def prompt(name: str, **values: str) -> str:
    text = (Path(__file__).parent / f"{name}.md").read_text()
    return string.Template(text).substitute(values).strip()
