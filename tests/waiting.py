"""How long a test waits for another thread or process: longer than it takes on any machine, however busy."""

import time
from collections.abc import Callable

PATIENCE = 600.0  # seconds that a test waits at most for what usually takes less than ten


def wait_until(condition: Callable[[], object]) -> None:
    """Wait for something to become true. Raises AssertionError when patience ends."""
    limit = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < limit, "it did not come true"
        time.sleep(0.005)
