"""The real model, over the `anthropic` SDK, whose errors become ours here."""

from typing import Any

import anthropic
import httpx2

from agent.errors import BrokenOff, NoAnswer
from agent.model import Block, Reply, Request
from controller.contract import GATE_PATH, HEADER_WIND_DOWN, LEFT_HEADERS, GateLine, ModelInfo

MOST_OUTPUT = 16_000  # tokens of one answer: a whole file
CACHED = {"cache_control": {"type": "ephemeral"}}


class Claude:
    """The gateway retries; here only what it had begun to pass on, once."""

    def __init__(self, info: ModelInfo, timeout: float) -> None:
        self._info = info
        self._client = anthropic.Anthropic(max_retries=0, timeout=timeout)

    def reply(self, request: Request) -> Reply:
        try:
            return self._ask(request)
        except BrokenOff:
            return self._ask(request)

    def _ask(self, request: Request) -> Reply:
        try:
            with self._client.messages.stream(**asked(request, self._info)) as stream:
                message = stream.get_final_message()
                headers = stream.response.headers
        except (anthropic.APIError, httpx2.HTTPError, ValueError, AssertionError) as error:
            begun = isinstance(error, httpx2.HTTPError) or getattr(error, "status_code", 0) == 200
            kind = BrokenOff if begun else NoAnswer
            raise kind(f"no answer came: {type(error).__name__} {error}") from error
        if message.stop_reason is None:
            raise BrokenOff("the answer broke off")
        content = [block.model_dump(exclude_none=True) for block in message.content]
        left = {unit: float(headers[name]) for unit, name in LEFT_HEADERS.items() if name in headers}
        return Reply(content, message.stop_reason, headers.get(HEADER_WIND_DOWN) == "true", left)

    def gate(self) -> str:
        """What the gates refuse of what was pushed, or nothing."""
        try:
            told = GateLine.model_validate_json(self._client.post(GATE_PATH, cast_to=str).splitlines()[-1])
        except (anthropic.APIError, httpx2.HTTPError, ValueError, IndexError):
            return ""
        return told.text if told.decision == "refuse" else ""


def asked(request: Request, info: ModelInfo) -> dict[str, Any]:
    words: dict[str, Any] = {"model": info.id, "max_tokens": min(info.output, MOST_OUTPUT), "tools": request.tools}
    if info.thinking:
        words["thinking"] = {"type": "adaptive"}
    if info.effort:
        words["output_config"] = {"effort": request.effort}
    if not info.caching:
        return {**words, "system": request.system, "messages": request.messages}
    # What is stable, and the user's last two turns: one call writes what the next finds.
    ours = [index for index, one in enumerate(request.messages) if one["role"] == "user"][-2:]
    messages = [marked(one) if index in ours else one for index, one in enumerate(request.messages)]
    return {**words, "system": [{"type": "text", "text": request.system, **CACHED}], "messages": messages}


def marked(message: Block) -> Block:
    *before, last = message["content"]
    return {**message, "content": [*before, {**last, **CACHED}]}
