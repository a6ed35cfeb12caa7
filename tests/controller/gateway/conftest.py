"""Gateways, stopped when the test ends."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.controller.gateway.gateways import Gateways


@pytest.fixture
def gateways(tmp_path: Path) -> Iterator[Gateways]:
    """Gateways and a ledger of their own."""
    gateways = Gateways(tmp_path)
    yield gateways
    gateways.close()
