"""What a child reads of its budget, and what happens at its end."""

import threading

from tests.controller.gateway.house import HELLO, House, Overhearing


def test_every_answer_tells_what_remains(house: House) -> None:
    door = house.open(house.script(), tokens=10_000, calls=10, deadline=100.0)
    for body in (HELLO, HELLO | {"nonsense": 1}):
        answer = door.post(body)
        assert int(answer.headers["heirloom-tokens-left"]) == 10_000 - house.used(door).total
        assert answer.headers["heirloom-calls-left"] == "9"
        assert answer.headers["heirloom-seconds-left"] == "100"
        assert "heirloom-wind-down" not in answer.headers


def test_no_limits_mean_no_headers(house: House) -> None:
    told = house.open(house.script()).post(HELLO).headers
    assert not [name for name in told if name.startswith("heirloom")]


def test_wind_down_comes_at_four_fifths(house: House) -> None:
    door = house.open(house.script(), calls=5)
    told = [door.post(HELLO).headers.get("heirloom-wind-down") for _ in range(5)]
    assert told == [None, None, None, "true", "true"]


def test_a_spent_budget_is_a_402(house: House) -> None:
    door = house.open(house.script(), calls=1)
    assert door.post(HELLO).status == 200
    answer = door.post(HELLO)
    assert (answer.status, answer.error) == (402, "billing_error")
    assert answer.headers["x-should-retry"] == "false"
    assert (answer.headers["heirloom-calls-left"], answer.headers["heirloom-wind-down"]) == ("0", "true")
    assert house.used(door).calls == 1


def test_max_tokens_shrinks_to_the_rest(house: House) -> None:
    model = Overhearing()
    door = house.open(model, tokens=1_500)
    assert door.post(HELLO | {"max_tokens": 32_000}).status == 200
    granted = model.asked[0]["max_tokens"]
    assert 256 <= granted < 1_500
    assert house.used(door).output == granted  # the answer was longer, and no provider counts beyond max_tokens
    assert house.used(door).total <= 1_500
    assert door.post(HELLO | {"max_tokens": 32_000}).status == 402
    assert len(model.asked) == 1


def test_simultaneous_calls_keep_the_budget(house: House) -> None:
    budget = 20_000
    door = house.open(house.script([{"text": "x" * 500, "delay": 0.01}] * 500), tokens=budget)
    statuses: list[int] = []
    highest: list[int] = []

    def ask() -> None:
        for _ in range(10):
            statuses.append(door.post(HELLO | {"max_tokens": 3_000}).status)
            highest.append(house.used(door).total)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) == {200, 402}
    assert max(highest) <= budget
    assert house.used(door).reserved == 0
