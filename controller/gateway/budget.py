"""How many tokens a call can cost at most, and what a child reads of what is left to it. Pure.

The bound on input: a token is at least one byte of the request, so its bytes bound its text; what the provider adds
on its own (markers around messages, instructions for tools, an image's tokens) is bounded by the constants below.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from controller.contract import HEADER_WIND_DOWN, LEFT_HEADERS
from controller.gateway import request_filter
from controller.gateway.prefix import PrefixCounts
from controller.gateway.upstreams.upstream import JSON
from controller.ledger.usage import Allowance, Usage
from controller.settings.amounts import plain

REQUEST_TOKENS = 64
MESSAGE_TOKENS = 16
TOOLS_TOKENS = 1_000  # once, where a request offers tools or asks for structured output
TYPED_TOOL_TOKENS = 1_500  # the provider's own description of a typed tool
IMAGE_TOKENS = 5_000  # the largest image, scaled down by the provider; its base64 text is not billed
LEAST_ANSWER = 256  # tokens; a shorter answer is not worth its input
CLOSING, CLOSING_PART = 8_000, 20  # tokens kept for last words: a twentieth of the limit, no more than so many
WIND_DOWN_LEFT = 5  # at a fifth of a limit, a child is asked to write its history and no more
PASSING_SCOPES = ("call", "minute")  # scopes that are no use to plan with


def input_bound(request: JSON, size: int, counted: PrefixCounts | None = None) -> int:
    """The most input tokens that a request of `size` bytes can be billed; `counted`: what was counted in its life."""
    messages = request["messages"]
    by_bytes = _added_tokens(request) + _message_tokens(messages, size)
    prefix = counted.longest(request) if counted else None
    if prefix is None:
        return by_bytes
    new = messages[prefix.messages :]
    new_size = sum(len(request_filter.render(message)) for message in new)
    return min(by_bytes, prefix.tokens + REQUEST_TOKENS + _message_tokens(new, new_size))


def _added_tokens(request: JSON) -> int:
    """What the provider adds to a request beside its messages."""
    tools = request.get("tools", [])
    added = REQUEST_TOKENS
    if tools or "output_config" in request:
        added += TOOLS_TOKENS
    for tool in tools:
        if tool.get("type") not in (None, "custom"):
            added += TYPED_TOOL_TOKENS
    return added


def _message_tokens(messages: list[JSON], size: int) -> int:
    """The most tokens of messages that are, with all that belongs to them, `size` bytes."""
    tokens = size + MESSAGE_TOKENS * len(messages)
    for message in messages:
        for image in _images(message["content"]):
            tokens += IMAGE_TOKENS - len(image["source"]["data"])
    return tokens


def _images(content: Any) -> list[JSON]:
    """The images of a message's content, those in tool results too."""
    images: list[JSON] = []
    if isinstance(content, str):
        return images
    for block in content:
        if block["type"] == "image":
            images.append(block)
        elif block["type"] == "tool_result":
            images += _images(block.get("content") or "")
    return images


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
    rooms = []
    for allowance in allowances:
        if allowance.scope == "minute":  # a minute passes: it is waited for
            allowance = replace(allowance, used=Usage())
        if allowance.tokens_left is not None:
            rooms.append(allowance.tokens_left)
        if allowance.dollars_left is not None and worst[1]:
            for_answer = allowance.dollars_left - bound * worst[0]
            rooms.append(bound + max(int(for_answer // worst[1]), 0))
    return min(rooms, default=None)


def closing(allowances: Sequence[Allowance]) -> int:
    """Tokens that are kept for a life's last words, until it was asked to wind down."""
    limits = []
    for allowance in allowances:
        if allowance.tokens is not None and allowance.scope in ("run", "life"):
            limits.append(allowance.tokens)
    return min(min(limits, default=0) // CLOSING_PART, CLOSING)


def left_headers(allowances: Sequence[Allowance], seconds: tuple[float, float] | None) -> dict[str, str]:
    """The headers that say what is left: the least that the scopes have. `seconds`: those left, of how many."""
    headers: dict[str, str] = {}
    winding_down = False
    for name, found in _left(allowances).items():
        least = min(found)[0]
        headers[name] = plain(least) if name == LEFT_HEADERS["usd"] else str(least)
        winding_down |= any(left * WIND_DOWN_LEFT <= limit for left, limit in found)
    if seconds is not None:
        headers[LEFT_HEADERS["seconds"]] = str(max(int(seconds[0]), 0))
        winding_down |= seconds[0] * WIND_DOWN_LEFT <= seconds[1]
    if winding_down:
        headers[HEADER_WIND_DOWN] = "true"
    return headers


def _left(allowances: Sequence[Allowance]) -> dict[str, list[tuple[int, int]]]:
    """By header, what each scope with such a limit has left, and that limit."""
    found: dict[str, list[tuple[int, int]]] = {}
    for one in allowances:
        if one.scope in PASSING_SCOPES:
            continue
        kinds = (
            (LEFT_HEADERS["tokens"], one.tokens_left, one.tokens),
            (LEFT_HEADERS["usd"], one.dollars_left, one.dollars),
            (LEFT_HEADERS["calls"], one.calls_left, one.calls),
        )
        for name, left, limit in kinds:
            if left is not None and limit is not None:
                found.setdefault(name, []).append((left, limit))
    return found
