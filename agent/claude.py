"""The real model, over the `anthropic` SDK: its only owner, and where its errors become ours."""

from typing import Any

from agent.errors import BrokenOff, NoAnswer
from agent.model import Reply, Request
from controller.contract import HEADER_WIND_DOWN, ModelInfo

MOST_OUTPUT = 16_000  # tokens of one answer: a whole file, and no budget reserved for nothing


class Claude:
    """A model behind the Messages API. The gateway retries; here only what it had begun to pass on, once."""

    def __init__(self, info: ModelInfo, timeout: float) -> None:
        import anthropic  # 1.4 s: late, so that only a life that asks pays for it

        self._info = info
        self._client = anthropic.Anthropic(max_retries=0, timeout=timeout)

    def reply(self, request: Request) -> Reply:
        try:
            return self._ask(request)
        except BrokenOff:
            return self._ask(request)

    def _ask(self, request: Request) -> Reply:
        import anthropic
        import httpx2

        try:
            with self._client.messages.stream(**asked(request, self._info)) as stream:
                message = stream.get_final_message()
                closing = stream.response.headers.get(HEADER_WIND_DOWN) == "true"
        except anthropic.APIStatusError as error:
            kind = BrokenOff if error.status_code == 200 else NoAnswer  # an error inside of a stream
            raise kind(f"the model could not answer ({error.status_code}): {error.message}") from error
        except httpx2.HTTPError as error:  # what breaks in mid-stream
            raise BrokenOff(f"the answer broke off: {type(error).__name__} {error}") from error
        except (anthropic.APIError, ValueError, AssertionError) as error:  # garbage or nothing at all are the last two
            raise NoAnswer(f"no answer came: {type(error).__name__} {error}") from error
        if message.stop_reason is None:
            raise BrokenOff("the answer broke off")
        content = [block.model_dump(exclude_none=True) for block in message.content]
        return Reply(content, message.stop_reason, closing)


def asked(request: Request, info: ModelInfo) -> dict[str, Any]:
    """A request as the arguments of the API's call."""
    words = {
        "model": info.id,
        "max_tokens": min(info.output, MOST_OUTPUT),
        "system": request.system,
        "messages": request.messages,
        "tools": request.tools,
    }
    return {**words, "cache_control": {"type": "ephemeral"}} if info.caching else words
