"""A run that can get nowhere stands still, and says why: the provider answers nonsense, or nothing fits."""

from pathlib import Path
from typing import Any

import pytest

from bench.parts.provider import Reply, json_reply
from controller.errors import StoppedEarly
from tests.controller.gateway.messages_api import messages_api
from tests.controller.lives import GOAL, history, live

GONE = json_reply(404, {"type": "error", "error": {"type": "not_found_error", "message": "model: one"}})
FULL = json_reply(
    400, {"error": {"code": 400, "type": "exceed_context_size_error", "message": "exceeds the context size (2048)"}}
)
LOW = "Your credit balance is too low to access the Anthropic API."
POOR = json_reply(400, {"type": "error", "error": {"type": "invalid_request_error", "message": LOW}})
PAGE = Reply((b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 6\r\nconnection: close\r\n\r\n<html>",))


def held(operator: Path, reply: Reply, **settings: Any) -> str:
    """Why a run of five lives stands still whose every call is answered so."""
    with messages_api(*[reply] * 20) as one, pytest.raises(StoppedEarly) as stopped:
        live(operator, [GOAL], generations_=5, model=f"compatible:{one.url}#one", **settings)
    return str(stopped.value)


@pytest.mark.parametrize(
    ("reply", "why"),
    [(POOR, "refuses us: .* 400 .*credit balance.*; pay"), pytest.param(GONE, "ended 3 times", marks=pytest.mark.slow)],
    ids=["poor", "gone"],
)
def test_hopeless_answers_make_no_generation(operator: Path, reply: Reply, why: str) -> None:
    assert why.partition(":")[0] in (said := held(operator, reply)) and "stands still: refused" in said
    assert history(operator) == []


@pytest.mark.slow
def test_pages_make_no_generation(operator: Path) -> None:
    assert "ended 3 times: the provider's answer is no Message: it is no JSON; ask it as" in held(operator, PAGE)
    assert history(operator) == []


def test_a_small_context_is_named(operator: Path) -> None:
    assert "stands still: setup: " in (said := held(operator, FULL)) and "exceeds the context size (2048)" in said
    assert len(history(operator)) == 1


@pytest.mark.slow
def test_a_small_budget_is_named(operator: Path) -> None:
    with pytest.raises(StoppedEarly, match=r"stands still: setup: .*a life's budget of 1,000 tokens has 1,000 left"):
        live(operator, [GOAL], generations_=5, per_life="1k")
    with pytest.raises(StoppedEarly, match=r"no call was answered: 1; .*a life's budget"):
        live(operator, [GOAL], generations_=1, branch="lineage/short", per_life="1k")


@pytest.mark.slow
def test_nothing_but_history_pauses(operator: Path) -> None:
    with pytest.raises(StoppedEarly, match="stands still: breaker: 12 lives in a row did not evolve"):
        live(operator, [GOAL], generations_=25)
    assert len(history(operator)) == 12


@pytest.mark.slow
@pytest.mark.parametrize("patience", [0, 2])
def test_a_stalling_provider_kills_no_life(operator: Path, patience: float) -> None:
    silent = Reply((), "hold")
    said = held(operator, silent, minutes_per_life=0.05, patience=patience)
    assert "ended 3 times: the provider was silent" in said and history(operator) == []
