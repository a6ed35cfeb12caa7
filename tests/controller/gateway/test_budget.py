"""The bound on what a call can cost, and the words about what is left."""

import json
from typing import Any

import pytest

from controller.gateway import budget
from controller.gateway.upstreams.upstream import JSON
from controller.ledger.usage import Allowance, Usage

PNG = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "A" * 100_000}}


def bound(**fields: Any) -> int:
    request = asked(**fields)
    return budget.input_bound(request, len(json.dumps(request)))


def asked(**fields: Any) -> JSON:
    return {"model": "m", "max_tokens": 1000, "messages": [{"role": "user", "content": "Hello"}]} | fields


def test_every_byte_counts_as_a_token() -> None:
    assert bound(system="x" * 5000) - bound(system="x" * 1000) == 4000


def test_an_image_counts_by_its_constant() -> None:
    bare = bound(messages=[{"role": "user", "content": []}])
    shown = bound(messages=[{"role": "user", "content": [PNG]}])
    assert bare + budget.IMAGE_TOKENS < shown < bare + budget.IMAGE_TOKENS + 200


def test_tool_result_images_count_too() -> None:
    result = {"type": "tool_result", "tool_use_id": "t", "content": [PNG, PNG]}
    text = {"type": "tool_result", "tool_use_id": "t", "content": "x"}
    one = bound(messages=[{"role": "user", "content": [result, text]}])
    assert 2 * budget.IMAGE_TOKENS < one < 2 * budget.IMAGE_TOKENS + 1000


def test_tool_descriptions_are_counted() -> None:
    plain = {"name": "t", "input_schema": {}}
    typed = {"type": "bash_20250124", "name": "bash"}
    assert bound(tools=[plain]) >= bound() + budget.TOOLS_TOKENS
    assert bound(tools=[plain, typed]) >= bound(tools=[plain]) + budget.TYPED_TOOL_TOKENS
    assert bound(output_config={"format": {}}) >= bound() + budget.TOOLS_TOKENS


@pytest.mark.parametrize(
    ("left", "granted"),
    [(None, 1000), (5000, 1000), (1500, 1000), (1499, 999), (756, 256), (755, 1000), (0, 1000)],
)
def test_answers_shrink_to_a_worthwhile_size(left: int | None, granted: int) -> None:
    assert budget.fit(asked(), 500, left)["max_tokens"] == granted


def test_answers_keep_room_for_thinking() -> None:
    thinking = asked(thinking={"type": "enabled", "budget_tokens": 600})
    assert budget.fit(thinking, 500, 500 + 856)["max_tokens"] == 856
    assert budget.fit(thinking, 500, 500 + 855) == thinking


def test_only_limits_that_exist_are_told() -> None:
    assert budget.left_headers([Allowance(Usage(calls=5, input=10**9))], None) == {}
    told = budget.left_headers([Allowance(Usage(calls=5, input=100), tokens=1000, calls=50)], (9.9, 10.0))
    assert told == {"heirloom-tokens-left": "900", "heirloom-calls-left": "45", "heirloom-seconds-left": "9"}


@pytest.mark.parametrize(
    ("allowance", "seconds", "told"),
    [
        (Allowance(Usage(output=799), tokens=1000), None, None),
        (Allowance(Usage(output=700, reserved=100), tokens=1000), None, "true"),
        (Allowance(Usage(calls=3), calls=5), None, None),
        (Allowance(Usage(calls=4), calls=5), None, "true"),
        (Allowance(Usage()), (21.0, 100.0), None),
        (Allowance(Usage()), (20.0, 100.0), "true"),
        (Allowance(Usage()), (-3.0, 100.0), "true"),
    ],
)
def test_a_fifth_left_means_wind_down(
    allowance: Allowance, seconds: tuple[float, float] | None, told: str | None
) -> None:
    assert budget.left_headers([allowance], seconds).get("heirloom-wind-down") == told
