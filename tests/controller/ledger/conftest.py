"""A house with doors, closed when the test ends."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.controller.gateway.house import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Gateways and a ledger of their own."""
    house = House(tmp_path)
    yield house
    house.close()
