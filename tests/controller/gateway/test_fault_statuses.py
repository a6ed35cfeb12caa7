"""The one table of the statuses of the world's faults, walked row by row through all who ask it."""

from itertools import pairwise

import pytest

from controller.errors import Held
from controller.gateway.faults import FAULT_STATUSES, NO_ANSWER, FaultStatus, fault_of_error, fault_status
from controller.gateway.retry import passes
from controller.run.pausing import world_answers

FIRST_STATUSES = [row.statuses[0] for row in FAULT_STATUSES]


def test_rows_do_not_overlap() -> None:
    for one, other in pairwise(FAULT_STATUSES):
        assert one.statuses.stop <= other.statuses.start


@pytest.mark.parametrize("row", FAULT_STATUSES, ids=lambda row: str(row.statuses[0]))
def test_gateway_and_run_obey_each_row(row: FaultStatus) -> None:
    for status in (row.statuses[0], row.statuses[-1]):
        assert fault_status(status) is row
        fault = fault_of_error(status, "", "", "")
        assert fault is not None and (fault.cure, fault.advice) == (row.cure, row.advice)
        assert passes(fault, {}) == row.passes
        assert not passes(fault, {"x-should-retry": "false"})
        if row.passes:
            assert not world_answers(status)
        else:
            with pytest.raises(Held, match=str(status)):
                world_answers(status)


@pytest.mark.parametrize("status", [200, 301, 400, 404, 413, 422, None])
def test_other_statuses_are_no_world_fault(status: int | None) -> None:
    assert fault_status(status) is None
    assert world_answers(status)


def test_the_table_knows_today_statuses() -> None:
    waited_out = {status for status in range(600) if (row := fault_status(status)) and row.passes}
    of_operator = {status for status in range(600) if (row := fault_status(status)) and not row.passes}
    assert waited_out == {408, 409, 429, *range(500, 600)}
    assert of_operator == {401, 402, 403, 407}


def test_no_answer_passes_by_waiting() -> None:
    fault = fault_of_error(NO_ANSWER, "", "", "")
    assert fault is not None and passes(fault, {})


@pytest.mark.parametrize("status", FIRST_STATUSES)
def test_each_row_says_what_is_wrong(status: int) -> None:
    row = fault_status(status)
    assert row is not None and row.advice
