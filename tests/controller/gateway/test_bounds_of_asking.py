"""Whatever a life can ask for has a bound in number, depth and bytes; and an error of ours is one short line."""

import json
import logging
from typing import Any

import pytest

from controller.gateway.admission import Admission
from controller.gateway.own_errors import LINES, OwnErrors
from controller.gateway.reservations import AT_ONCE
from controller.gateway.session import BYTES, REQUESTS, UNPAID_BYTES, UNPAID_REQUESTS, Session
from controller.gateway.upstreams.upstream import Refusal
from controller.ledger.recordings import Recordings
from controller.ledger.usage import Usage
from tests.controller.gateway.gateways import HELLO, Gateways, Overhearing
from tests.controller.gateway.test_sdk import dial

__all__ = ["dial"]
COUNT = "/v1/messages/count_tokens"
COUNTED = {"model": "script", "messages": HELLO["messages"]}


def session(**sent: Any) -> Session:
    return Session(Admission(1, 1, "token"), 0.0, **sent)


@pytest.mark.parametrize(
    ("within", "beyond", "what"),
    [
        (
            {"requests": REQUESTS, "paid_requests": REQUESTS},
            {"requests": REQUESTS + 1, "paid_requests": REQUESTS},
            "requests",
        ),
        ({"requests": UNPAID_REQUESTS}, {"requests": UNPAID_REQUESTS + 1}, "requests that led to no call"),
        ({"sent": BYTES, "paid": BYTES}, {"sent": BYTES + 1, "paid": BYTES}, "bytes"),
        ({"sent": UNPAID_BYTES}, {"sent": UNPAID_BYTES + 1}, "bytes that led to no call"),
    ],
)
def test_one_life_asks_only_so_much(within: dict[str, int], beyond: dict[str, int], what: str) -> None:
    session(**within).check_asking()
    with pytest.raises(Refusal, match=f" {what}, and has") as refused:
        session(**beyond).check_asking()
    assert (refused.value.status, refused.value.kind, refused.value.final) == (429, "rate_limit_error", True)


@pytest.mark.slow
def test_free_counts_have_an_end(gateways: Gateways) -> None:
    recordings = Recordings(gateways.folder)
    life = gateways.open(gateways.script(), recordings=recordings)
    answers = []
    for number in range(14):
        text = f"{number}" + "x" * 24 * 2**20
        answers.append(life.post(COUNTED | {"messages": [{"role": "user", "content": text}]}, COUNT))
    statuses = [answer.status for answer in answers]
    assert statuses == [200] * 10 + [429] * 4
    assert (answers[-1].error, answers[-1].headers["x-should-retry"]) == ("rate_limit_error", "false")
    assert gateways.used(life) == Usage()
    life.gateway.dismiss(life.admission)
    assert len(list(recordings.of_life(life.admission.try_id))) == 10


def test_paid_requests_are_no_free_ones(gateways: Gateways) -> None:
    life = gateways.open(gateways.script())
    for path in ("/v1/messages", COUNT):
        life.post(HELLO if path == "/v1/messages" else COUNTED, path)
    inside = life.gateway._servers[life.admission].session
    assert (inside.requests, inside.paid_requests) == (2, 1)
    assert (inside.sent, inside.paid) == (len(json.dumps(HELLO)) + len(json.dumps(COUNTED)), len(json.dumps(HELLO)))


@pytest.mark.parametrize("levels", [200, 900, 20_000])
@pytest.mark.parametrize("path", ["/v1/messages", COUNT])
def test_a_deep_schema_floods_nothing(
    gateways: Gateways, levels: int, path: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    life = gateways.open(gateways.script(), tokens=10_000)
    asked: dict[str, Any] = HELLO if path == "/v1/messages" else COUNTED
    body = json.dumps(asked | {"tools": [{"name": "t", "input_schema": {"x": "HERE"}}]})
    body = body.replace('"HERE"', '{"x":' * levels + "1" + "}" * levels)
    for _ in range(3):
        answer = life.post(body.encode(), path)
        assert (answer.status, answer.error) == (400, "invalid_request_error") and len(answer.body) < 500
    assert gateways.used(life) == Usage() and not caplog.records
    assert capfd.readouterr().err == ""


def test_own_errors_make_few_short_lines(gateways: Gateways, caplog: pytest.LogCaptureFixture) -> None:
    life = gateways.open(Overhearing())
    for _ in range(AT_ONCE + 1):  # none of them counts as unanswered for ever
        answer = life.post(HELLO | {"system": "break"})
        assert (answer.status, answer.error) == (500, "api_error")
        assert b"Traceback" not in answer.body and len(answer.body) < 300
    assert life.post(HELLO).status == 200
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == LINES and all(len(line) < 400 and "\n" not in line for line in lines)
    assert "KeyError: 'a secret of ours' at gateway/gateways.py:" in lines[0]


def test_later_lines_tell_how_many_more(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    errors = OwnErrors(lambda: now[0])
    with caplog.at_level(logging.ERROR):
        for _ in range(LINES + 3):
            errors.report(ValueError("x\n" * 10_000))
        now[0] = 61.0
        errors.report(RecursionError())
    assert len(caplog.records) == LINES + 1 and "(3 more since" in caplog.records[-1].getMessage()


@pytest.mark.slow
def test_library_reads_each_refusal(gateways: Gateways, dial: Any) -> None:
    import anthropic

    client = dial(gateways.open(gateways.script([{"text": "Hi"}])))
    schema: dict[str, Any] = {"type": "object"}
    for _ in range(200):
        schema = {"type": "object", "properties": {"x": schema}}
    with pytest.raises(anthropic.BadRequestError, match="nested more than 128"):
        client.messages.create(**HELLO, tools=[{"name": "t", "input_schema": schema}])
    with pytest.raises(anthropic.BadRequestError, match="context-management-2025-06-27 is not supported"):
        client.beta.messages.create(**HELLO, betas=["context-management-2025-06-27"])
    with pytest.raises(anthropic.BadRequestError, match="max_tokens: must be a whole number"):
        client.messages.create(**HELLO | {"max_tokens": 2**63}, timeout=60)
    first = client.messages.create(**HELLO, system=None, stop_sequences=None)
    echo: Any = first.model_dump()["content"]
    turns: Any = [
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": echo},
        {"role": "user", "content": "Go on"},
    ]
    assert client.messages.create(**HELLO | {"messages": turns}).role == "assistant"
