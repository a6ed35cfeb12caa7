"""Settings whose names of gates and of levels of isolation are held against what there is."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from controller.archive.strategies import STRATEGIES
from controller.gates.registry import switches
from controller.sandbox.levels import names
from controller.settings.load import load
from controller.settings.settings import Settings


def load_checked(
    given: Mapping[str, Any], environment: Mapping[str, str], folder: Path
) -> tuple[Settings, dict[str, str]]:
    """As `load`, and a name that no registry knows is refused where it stands. Raises RequestError."""
    return load(given, environment, folder, gates=switches(), names={"isolation": names(), "select": tuple(STRATEGIES)})
