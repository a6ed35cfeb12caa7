"""Whatever is thrown at the gateway: no error of ours, nothing reserved for what was refused, nothing logged."""

import json
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from controller.contract import ModelInfo
from controller.gateway.admission import Admission
from controller.gateway.upstreams.upstream import Reply
from controller.ledger.usage import Usage
from tests.controller.gateway.gateways import HELLO, Gateways, LifeClient, Overhearing, raw
from tests.controller.gateway.mutations import cases
from tests.controller.gateway.onlookers import Case, exchange, logged, wrong_in_the_books, wrong_with
from tests.waiting import PATIENCE

TOKEN, AT_ONCE = "token of try 1", 10
FEW, MANY = 300, 20_000  # requests
Batch = list[Case]
BATCHES = st.lists(cases(TOKEN), min_size=AT_ONCE, max_size=AT_ONCE)


class Ready:
    """A model that answers any request at once."""

    name, paid = "ready", False

    def models(self) -> Any:
        return (ModelInfo(id="m"),)

    def reply(self, request: Any, admission: Admission) -> Reply:
        return Reply([{"type": "text", "text": "Yes."}])


class Fuzz:
    """A gateway, and what was seen there so far."""

    def __init__(self, gateways: Gateways, life: LifeClient, patience: float = PATIENCE) -> None:
        self.gateways, self.life, self.patience = gateways, life, patience
        self.sent = self.answered = self.refused = 0

    def throw(self, batch: Batch) -> str:
        """What is wrong with how the gateway took these; "" where nothing is."""
        with logged() as errors:
            heard = exchange(self.life.port, batch, self.settled_by(time.monotonic() + self.patience))
            books = wrong_in_the_books(self.gateways, self.life, self.count(heard))
        for sent, (answer, _) in zip(batch, heard, strict=True):
            if wrong := wrong_with(answer, self.life.admission.token):
                return f"{wrong}: {sent!r:.2000} got {answer[:300]!r}"
        return f"logged: {errors[:3]}" if errors else books

    def settled_by(self, deadline: float) -> Callable[[Sequence[bytes]], bool]:
        """Whether the books agree with the answers so far; in vain after the deadline."""

        def settled(answers: Sequence[bytes]) -> bool:
            answered = self.answered + sum(b'"stop_reason"' in answer for answer in answers)
            sound = wrong_in_the_books(self.gateways, self.life, answered) == ""
            return sound or time.monotonic() > deadline

        return settled

    def count(self, heard: list[tuple[bytes, bool]]) -> int:
        """How many calls were answered so far."""
        self.sent += len(heard)
        self.answered += sum(b'"stop_reason"' in answer for answer, _ in heard)
        self.refused += sum(answer.startswith(b"HTTP/1.1 4") for answer, _ in heard)
        return self.answered


@pytest.fixture
def fuzz(gateways: Gateways, capfd: pytest.CaptureFixture[str]) -> Iterator[Fuzz]:
    """A gateway that keeps its promise to whoever comes; nothing is said on standard error."""
    fuzz = Fuzz(gateways, gateways.open(Ready(), tokens=10**12))
    yield fuzz
    assert fuzz.life.post(HELLO | {"model": "m"}).status == 200, "after all that, it still opens"
    assert capfd.readouterr().err == ""


def thrown(fuzz: Fuzz, requests: int, repeatable: bool) -> None:
    """Throw so many requests."""

    @settings(
        max_examples=requests // AT_ONCE,
        deadline=None,
        database=None,
        derandomize=repeatable,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(BATCHES)
    def run(batch: Batch) -> None:
        assert fuzz.throw(batch) == ""

    run()
    assert fuzz.sent >= requests
    assert min(fuzz.answered, fuzz.refused) > fuzz.sent // 10, "too much of one kind to prove anything"


def test_300_broken_requests_leave_nothing(fuzz: Fuzz) -> None:
    thrown(fuzz, FEW, repeatable=True)


@pytest.mark.slow
def test_20000_broken_requests_leave_nothing(fuzz: Fuzz) -> None:
    thrown(fuzz, MANY, repeatable=False)


def test_an_own_error_is_seen(gateways: Gateways) -> None:
    fuzz = Fuzz(gateways, gateways.open(Overhearing()))
    broken = raw(fuzz.life, json.dumps(HELLO | {"system": "break"}).encode())
    assert fuzz.throw([(raw(fuzz.life, b"{"), b"")]) == ""
    fuzz.patience = 5.0  # what our own error leaves stays reserved until the life ends
    assert "status 500" in fuzz.throw([(broken, b"")])


def test_a_logged_error_is_seen(gateways: Gateways) -> None:
    class Loud(Ready):
        def reply(self, request: Any, admission: Admission) -> Reply:
            logging.getLogger("asyncio").error("something was never awaited")
            return super().reply(request, admission)

    fuzz = Fuzz(gateways, gateways.open(Loud()))
    assert "never awaited" in fuzz.throw([(raw(fuzz.life, json.dumps(HELLO | {"model": "m"}).encode()), b"")])


def test_a_stray_reservation_is_seen(gateways: Gateways) -> None:
    fuzz = Fuzz(gateways, gateways.open(gateways.script([{"text": "late", "delay": 600}])), patience=1.0)
    assert "left reserved" in fuzz.throw([(raw(fuzz.life, json.dumps(HELLO).encode()), b"")])


def test_an_unanswered_call_is_seen(gateways: Gateways) -> None:
    fuzz = Fuzz(gateways, gateways.open(Ready()))
    gateways.calls.settle(gateways.calls.reserve(fuzz.life.admission.try_id, "m", 1), Usage(), 200)
    assert "1 calls in the books, 0 answered" in fuzz.throw([])


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        (b"HTTP/1.1 500 x\r\n\r\n{}", "status 500"),
        (b"HTTP/1.1 302 x\r\n\r\n{}", "status 302"),
        (b"nonsense", "status 0"),
        (b'HTTP/1.1 400 x\r\n\r\n{"type": "error"}', "not in the API's shape"),
        (b"HTTP/1.1 400 x\r\n\r\nNo.", "not in the API's shape"),
        (b"HTTP/1.1 200 x\r\n\r\nTraceback (most recent call last):", "Traceback"),
        (b"HTTP/1.1 200 x\r\n\r\nyour token is secret!", "secret!"),
        (b"HTTP/1.1 100 x\r\n\r\nHTTP/1.1 503 x\r\n\r\n", "status 503"),
        (b"HTTP/1.1 200 x\r\n\r\n{}", ""),
        (b"", ""),
    ],
)
def test_forbidden_answers_are_seen(answer: bytes, wrong: str) -> None:
    assert wrong in wrong_with(answer, "secret!") and bool(wrong) == bool(wrong_with(answer, "secret!"))
