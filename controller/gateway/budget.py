"""How many tokens a call can cost at most, and what a child is told of what is left. Pure.

The bound on input: a token is at least one byte of the request, so its bytes bound its text; what the provider adds
on its own (markers around messages, instructions for tools, an image's tokens) is bounded by the constants below.
"""

from typing import Any

from controller.contract import HEADER_CALLS_LEFT, HEADER_SECONDS_LEFT, HEADER_TOKENS_LEFT, HEADER_WIND_DOWN
from controller.gateway.upstreams import JSON
from controller.ledger import Allowance

REQUEST_TOKENS = 64
MESSAGE_TOKENS = 16
TOOLS_TOKENS = 1_000  # once, where a request offers tools or asks for structured output
TYPED_TOOL_TOKENS = 1_500  # the provider's own description of a typed tool
IMAGE_TOKENS = 5_000  # the largest image, scaled down by the provider; its base64 text is not billed
LEAST_ANSWER = 256  # a shorter answer is not worth its input
WIND_DOWN_LEFT = 5  # at a fifth of a limit, a child is told to write its history and no more


def input_bound(request: JSON, size: int) -> int:
    """The most input tokens that a request of `size` bytes can be billed."""
    images = [block for message in request["messages"] for block in _images(message["content"])]
    tools = request.get("tools", [])
    typed = sum(1 for tool in tools if tool.get("type") not in (None, "custom"))
    shaped = bool(tools) or "output_config" in request
    return (
        size
        - sum(len(image["source"]["data"]) for image in images)
        + REQUEST_TOKENS
        + MESSAGE_TOKENS * len(request["messages"])
        + TOOLS_TOKENS * shaped
        + TYPED_TOOL_TOKENS * typed
        + IMAGE_TOKENS * len(images)
    )


def fit(request: JSON, bound: int, left: int | None) -> JSON:
    """The request with `max_tokens` shrunk to what is left; unchanged where too little is left for any answer."""
    if left is None or bound + request["max_tokens"] <= left:
        return request
    thinking = request.get("thinking", {}).get("budget_tokens", 0)  # the API wants max_tokens to exceed it
    room = left - bound
    return {**request, "max_tokens": room} if room >= LEAST_ANSWER + thinking else request


def left_headers(allowance: Allowance, seconds: tuple[float, float] | None) -> dict[str, str]:
    """What a child is told with an answer. `seconds`: how many are left, of how many."""
    headers, spent = {}, False
    if allowance.tokens is not None and allowance.tokens_left is not None:
        headers[HEADER_TOKENS_LEFT] = str(allowance.tokens_left)
        spent |= allowance.tokens_left * WIND_DOWN_LEFT <= allowance.tokens
    if allowance.calls is not None and allowance.calls_left is not None:
        headers[HEADER_CALLS_LEFT] = str(allowance.calls_left)
        spent |= allowance.calls_left * WIND_DOWN_LEFT <= allowance.calls
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
