"""The promise of the ledger: spent + reserved <= budget, always."""

import threading

import pytest

from controller.errors import BudgetSpent
from controller.ledger.usage import Usage
from tests.controller.gateway.gateways import Gateways


def test_call_counts_from_its_reservation_on(gateways: Gateways) -> None:
    tried = gateways.begin_try(tokens=1000, calls=5)
    call = gateways.calls.reserve(tried.id, "m", 400)
    assert gateways.calls.of_run(tried.run) == Usage(calls=1, reserved=400)
    gateways.calls.settle(call, Usage(input=10, cached=20, written=30, output=40), 200)
    assert gateways.calls.of_try(tried.id) == Usage(calls=1, input=10, cached=20, written=30, output=40)
    allowance = gateways.calls.allowances(tried.id)[0]
    assert (allowance.tokens_left, allowance.calls_left) == (900, 4)


def test_reservation_beyond_the_tokens_is_refused(gateways: Gateways) -> None:
    tried = gateways.begin_try(tokens=1000)
    gateways.calls.reserve(tried.id, "m", 600)
    with pytest.raises(BudgetSpent) as refused:
        gateways.calls.reserve(tried.id, "m", 401)
    assert (refused.value.kind, refused.value.used, refused.value.limit) == ("tokens", 600, 1000)
    assert gateways.calls.of_try(tried.id) == Usage(calls=1, reserved=600)
    gateways.calls.reserve(tried.id, "m", 400)


def test_call_beyond_their_number_is_refused(gateways: Gateways) -> None:
    tried = gateways.begin_try(calls=1)
    gateways.calls.settle(gateways.calls.reserve(tried.id, "m", 10), Usage(), 529)
    with pytest.raises(BudgetSpent, match="the budget of 1 calls has 0 left"):
        gateways.calls.reserve(tried.id, "m", 10)


def test_run_without_limits_never_runs_out(gateways: Gateways) -> None:
    tried = gateways.begin_try()
    gateways.calls.reserve(tried.id, "m", 10**9)
    allowance = gateways.calls.allowances(tried.id)[0]
    assert (allowance.tokens_left, allowance.calls_left) == (None, None)


def test_unknown_end_keeps_the_rest_reserved(gateways: Gateways) -> None:
    tried = gateways.begin_try(tokens=1000)
    call = gateways.calls.reserve(tried.id, "m", 500)
    gateways.calls.keep(call, Usage(input=100, output=1), 599)
    assert gateways.calls.of_try(tried.id) == Usage(calls=1, input=100, output=1, reserved=399)
    gateways.calls.book(tried.id)
    gateways.calls.book(tried.id)
    assert gateways.calls.of_try(tried.id) == Usage(calls=1, input=100, output=400)
    assert gateways.calls.last_status(tried.id) == 599
    calls = gateways.calls
    assert [calls.assumed_of_try(tried.id), calls.assumed_of_run(tried.run), calls.assumed_of_day()] == [399] * 3


def test_known_start_bounds_what_is_kept(gateways: Gateways) -> None:
    tried = gateways.begin_try(tokens=20_000)
    call = gateways.calls.reserve(tried.id, "m", 15_508, 900)
    gateways.calls.keep(call, Usage(input=100, output=1, cost=10), 599, (8_191, 500))
    assert gateways.calls.of_try(tried.id) == Usage(calls=1, input=100, output=1, reserved=8_191, cost=10, owed=500)
    gateways.calls.book(tried.id)
    assert gateways.calls.of_try(tried.id) == Usage(calls=1, input=100, output=8_192, cost=510)
    assert gateways.calls.assumed_of_try(tried.id) == 8_191


def test_settled_call_is_never_booked_again(gateways: Gateways) -> None:
    tried = gateways.begin_try()
    call = gateways.calls.reserve(tried.id, "m", 500)
    gateways.calls.settle(call, Usage(input=7, output=3), 200)
    gateways.calls.keep(call, Usage(input=100), 599)
    gateways.calls.settle(call, Usage(input=100), 200)
    gateways.calls.book(tried.id)
    assert gateways.calls.of_try(tried.id) == Usage(calls=1, input=7, output=3)
    assert gateways.calls.assumed_of_try(tried.id) == 0
    assert gateways.calls.last_status(tried.id) == 200


def test_tries_of_a_run_share_its_budget(gateways: Gateways) -> None:
    first = gateways.begin_try(tokens=1000)
    runs = gateways.journal.open_run("lineage 1")
    assert runs is not None
    second = gateways.journal.begin_try(runs, 1, "0" * 40)
    gateways.calls.reserve(first.id, "m", 600)
    with pytest.raises(BudgetSpent):
        gateways.calls.reserve(second.id, "m", 401)


def test_eight_threads_never_exceed_a_budget(gateways: Gateways) -> None:
    tried = gateways.begin_try(tokens=5_000)
    over: list[int] = []
    refused: list[int] = []

    def spend(seed: int) -> None:
        for turn in range(12):
            try:
                call = gateways.calls.reserve(tried.id, "m", 100 + 37 * seed)
            except BudgetSpent:
                refused.append(seed)
                continue
            over.append(gateways.calls.of_run(tried.run).total)
            if (turn + seed) % 3:
                gateways.calls.settle(call, Usage(input=50, output=20 + seed), 200)
            else:
                gateways.calls.keep(call, Usage(input=30), 599)
            over.append(gateways.calls.of_run(tried.run).total)

    threads = [threading.Thread(target=spend, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(over) <= 5_000
    assert refused, "the budget was never reached, so nothing was proved"
