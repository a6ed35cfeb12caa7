"""Reading what a program of ours printed in the room; the candidate may have printed there too."""

import json
from typing import Any


def last_json(output: str) -> dict[str, Any] | None:
    """The object in the last non-empty line, or None."""
    lines = [line for line in output.splitlines() if line.strip()]
    try:
        found = json.loads(lines[-1]) if lines else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
