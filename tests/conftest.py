"""Which cases the fast suite runs, and what makes all tests fast."""

import gc
import os
from collections import Counter

import pytest

os.environ["HEIRLOOM_NO_GROUND"] = "true"  # a run ends with its last life; who tests what follows says so
gc.set_threshold(100_000, 20, 100)  # a fifth of a worker's start was a search for garbage among what it imports


@pytest.hookimpl(tryfirst=True)  # before cases are chosen by their marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`quick(n)`: the first n cases of a test are in the fast suite, the others are slow."""
    seen: Counter[str] = Counter()
    for item in items:
        if mark := item.get_closest_marker("quick"):
            name = item.nodeid.partition("[")[0]
            seen[name] += 1
            if seen[name] > mark.args[0]:
                item.add_marker(pytest.mark.slow)
