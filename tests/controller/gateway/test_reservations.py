"""What a child reads of its budget, and what happens at its end."""

import threading

from tests.controller.gateway.gateways import HELLO, Gateways, Overhearing


def test_every_answer_tells_what_remains(gateways: Gateways) -> None:
    life = gateways.open(gateways.script(), tokens=10_000, calls=10, deadline=100.0)
    for body in (HELLO, HELLO | {"nonsense": 1}):
        answer = life.post(body)
        assert int(answer.headers["heirloom-tokens-left"]) == 10_000 - gateways.used(life).total
        assert answer.headers["heirloom-calls-left"] == "9"
        assert answer.headers["heirloom-seconds-left"] == "100"
        assert "heirloom-wind-down" not in answer.headers


def test_no_limits_mean_no_headers(gateways: Gateways) -> None:
    told = gateways.open(gateways.script()).post(HELLO).headers
    assert not [name for name in told if name.startswith("heirloom")]


def test_wind_down_comes_at_four_fifths(gateways: Gateways) -> None:
    life = gateways.open(gateways.script(), calls=5)
    told = [life.post(HELLO).headers.get("heirloom-wind-down") for _ in range(5)]
    assert told == [None, None, None, "true", "true"]


def test_a_spent_budget_is_a_402(gateways: Gateways) -> None:
    life = gateways.open(gateways.script(), calls=1)
    assert life.post(HELLO).status == 200
    answer = life.post(HELLO)
    assert (answer.status, answer.error) == (402, "billing_error")
    assert answer.headers["x-should-retry"] == "false"
    assert (answer.headers["heirloom-calls-left"], answer.headers["heirloom-wind-down"]) == ("0", "true")
    assert gateways.used(life).calls == 1


def test_max_tokens_shrinks_to_the_rest(gateways: Gateways) -> None:
    model = Overhearing()
    life = gateways.open(model, tokens=1_500)
    assert life.post(HELLO | {"max_tokens": 32_000}).status == 200
    granted = model.asked[0]["max_tokens"]
    assert 256 <= granted < 1_500
    assert gateways.used(life).output == granted  # the answer was longer, and no provider counts beyond max_tokens
    assert gateways.used(life).total <= 1_500
    assert life.post(HELLO | {"max_tokens": 32_000}).status == 402
    assert len(model.asked) == 1


def test_simultaneous_calls_keep_the_budget(gateways: Gateways) -> None:
    budget = 20_000
    life = gateways.open(gateways.script([{"text": "x" * 500, "delay": 0.01}] * 500), tokens=budget)
    statuses: list[int] = []
    highest: list[int] = []

    def ask() -> None:
        for _ in range(10):
            statuses.append(life.post(HELLO | {"max_tokens": 3_000}).status)
            highest.append(gateways.used(life).total)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) == {200, 402}
    assert max(highest) <= budget
    assert gateways.used(life).reserved == 0
