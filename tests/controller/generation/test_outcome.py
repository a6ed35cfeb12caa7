"""The outcome table, row by row."""

import pytest

from controller.gates.verdict import Verdict
from controller.generation.outcome import Seen, decide

PASS, REFUSE, UNKNOWN = Verdict("pass"), Verdict("refuse", "tests"), Verdict("unknown", "tests")
CODE = Seen(exit_code=10, pushed=True, changed=True)


@pytest.mark.parametrize(
    ("seen", "verdict", "outcome"),
    [
        (Seen(world_fault=True, exit_code=11, pushed=True), PASS, "aborted(world)"),
        (Seen(world_fault=True, limit="wall"), PASS, "aborted(world)"),
        (Seen(no_room=True, exit_code=1), PASS, "aborted(full disk)"),
        (Seen(no_room=True, exit_code=10, pushed=True, changed=True), PASS, "evolved"),
        (Seen(limit="wall", exit_code=10, pushed=True, changed=True), PASS, "killed(wall)"),
        (Seen(limit="memory"), PASS, "killed(memory)"),
        (CODE, PASS, "evolved"),
        (CODE, REFUSE, "refused(tests)"),
        (CODE, UNKNOWN, "None"),
        (Seen(exit_code=11, pushed=True), PASS, "history"),
        (Seen(exit_code=11, pushed=True, changed=True), PASS, "history"),
        (Seen(exit_code=0), PASS, "crashed"),
        (Seen(exit_code=0, pushed=True, changed=True), PASS, "crashed"),
        (Seen(exit_code=10), PASS, "crashed"),
        (Seen(exit_code=10, pushed=True), PASS, "crashed"),
        (Seen(exit_code=11), PASS, "crashed"),
        (Seen(exit_code=1, pushed=True, changed=True), PASS, "crashed"),
        (Seen(exit_code=None), PASS, "crashed"),
    ],
)
def test_the_first_row_that_fits_decides(seen: Seen, verdict: Verdict, outcome: str) -> None:
    assert str(decide(seen, verdict)) == outcome


def test_gates_decide_on_pushed_code_alone() -> None:
    for seen in (Seen(exit_code=11, pushed=True, changed=True), Seen(exit_code=0), Seen(limit="wall", exit_code=10)):
        assert decide(seen) == decide(seen, REFUSE) is not None
    assert decide(CODE) is None
