"""How many tokens a call can cost at most, and what a child is told of what is left. Pure.

The bound on input: a token is at least one byte of the request, so its bytes bound its text; what the provider adds
on its own (markers around messages, instructions for tools, an image's tokens) is bounded by the constants below.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from controller.contract import (
    HEADER_CALLS_LEFT,
    HEADER_SECONDS_LEFT,
    HEADER_TOKENS_LEFT,
    HEADER_USD_LEFT,
    HEADER_WIND_DOWN,
)
from controller.gateway import request_filter
from controller.gateway.prefix import Known
from controller.gateway.upstreams.upstream import JSON
from controller.ledger.usage import Allowance, Usage
from controller.settings.amounts import plain

REQUEST_TOKENS = 64
MESSAGE_TOKENS = 16
TOOLS_TOKENS = 1_000  # once, where a request offers tools or asks for structured output
TYPED_TOOL_TOKENS = 1_500  # the provider's own description of a typed tool
IMAGE_TOKENS = 5_000  # the largest image, scaled down by the provider; its base64 text is not billed
LEAST_ANSWER = 256  # a shorter answer is not worth its input
CLOSING, CLOSING_PART = 8_000, 20  # tokens kept for last words: a twentieth of the limit, no more than so many
WIND_DOWN_LEFT = 5  # at a fifth of a limit, a child is told to write its history and no more


def input_bound(request: JSON, size: int, known: Known | None = None) -> int:
    """The most input tokens that a request of `size` bytes can be billed; `known`: what a life's requests counted."""
    images = [block for message in request["messages"] for block in _images(message["content"])]
    tools = request.get("tools", [])
    typed = sum(1 for tool in tools if tool.get("type") not in (None, "custom"))
    shaped = bool(tools) or "output_config" in request
    added = REQUEST_TOKENS + TOOLS_TOKENS * shaped + TYPED_TOOL_TOKENS * typed
    by_bytes = added + _messages(request["messages"], size, images)
    found = known.longest(request) if known else None
    if found is None:
        return by_bytes
    new = request["messages"][found[0] :]
    size = sum(len(request_filter.render(message)) for message in new)
    images = [block for message in new for block in _images(message["content"])]
    return min(by_bytes, found[1] + REQUEST_TOKENS + _messages(new, size, images))


def _messages(messages: list[JSON], size: int, images: list[JSON]) -> int:
    data = sum(len(image["source"]["data"]) for image in images)
    return size - data + MESSAGE_TOKENS * len(messages) + IMAGE_TOKENS * len(images)


def fit(request: JSON, bound: int, most: int | None, kept: int = 0) -> JSON:
    """The request with `max_tokens` shrunk to `most`, the input's bound and the answer together.

    `kept` of that are left for a life's last words where it can be; unchanged where too little is left for an answer.
    """
    if most is None or bound + request["max_tokens"] <= most - kept:
        return request
    thinking = request.get("thinking", {}).get("budget_tokens", 0)  # the API wants max_tokens to exceed it
    for room in (most - kept - bound, most - bound):
        if room >= LEAST_ANSWER + thinking:
            return {**request, "max_tokens": min(room, request["max_tokens"])}
    return request


def room_for(allowances: Sequence[Allowance], bound: int, worst: tuple[Decimal, Decimal]) -> int | None:
    """The most tokens, input and answer together, that every scope has left for a call. None: no limit.

    `worst`: nanodollars of an input and of an output token.
    """
    found = []
    for one in allowances:
        fresh = replace(one, used=Usage()) if one.scope == "minute" else one  # a minute passes: it is waited for
        if fresh.tokens_left is not None:
            found.append(fresh.tokens_left)
        if fresh.dollars_left is not None and worst[1]:
            found.append(bound + max(int((fresh.dollars_left - bound * worst[0]) // worst[1]), 0))
    return min(found, default=None)


def closing(allowances: Sequence[Allowance]) -> int:
    """Tokens that are kept for a life's last words, until it was told to wind down."""
    limits = [one.tokens for one in allowances if one.tokens is not None and one.scope in ("run", "life")]
    return min(min(limits, default=0) // CLOSING_PART, CLOSING)


def left_headers(allowances: Sequence[Allowance], seconds: tuple[float, float] | None) -> dict[str, str]:
    """What a child is told with an answer: the least that its scopes have left. `seconds`: those left, of how many."""
    lasting = [one for one in allowances if one.scope not in ("call", "minute")]
    kinds: dict[str, list[tuple[int, int]]] = {
        name: [(left, limit) for one in lasting if (left := getattr(one, f"{kind}_left")) is not None
               and (limit := getattr(one, kind)) is not None]
        for name, kind in ((HEADER_TOKENS_LEFT, "tokens"), (HEADER_USD_LEFT, "dollars"), (HEADER_CALLS_LEFT, "calls"))
    }  # fmt: skip
    headers = {name: str(min(found)[0]) for name, found in kinds.items() if found}
    if HEADER_USD_LEFT in headers:
        headers[HEADER_USD_LEFT] = plain(int(headers[HEADER_USD_LEFT]))
    spent = any(left * WIND_DOWN_LEFT <= limit for found in kinds.values() for left, limit in found)
    if seconds is not None:
        headers[HEADER_SECONDS_LEFT] = str(max(int(seconds[0]), 0))
        spent |= seconds[0] * WIND_DOWN_LEFT <= seconds[1]
    if spent:
        headers[HEADER_WIND_DOWN] = "true"
    return headers


def _images(content: Any) -> list[JSON]:
    """The images of a message's content, those in tool results too."""
    if isinstance(content, str):
        return []
    inner = [
        image for block in content if block["type"] == "tool_result" for image in _images(block.get("content", ""))
    ]
    return [block for block in content if block["type"] == "image"] + inner
