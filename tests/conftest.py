"""Which cases the fast suite runs, and what every test leaves behind."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

import pytest


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


@pytest.fixture(autouse=True)
def reaped() -> Iterator[None]:
    """Reap what killed controllers left: their orphans become ours, and thousands slow every look at /proc."""
    yield
    with suppress(ChildProcessError):  # there is no child at all
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
