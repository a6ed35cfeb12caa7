"""The real model, over the `anthropic` SDK, whose errors become ours here."""

import json
import re
from collections.abc import Iterable
from typing import Any

import anthropic
import httpx2

from agent.errors import BrokenOff, NoAnswer, TooLong
from agent.models.messages import Block, Reply, Request
from agent.text import readable
from controller.contract import GATE_ALL, HEADER_WIND_DOWN, LEFT_HEADERS, GateLine, ModelInfo

MOST_OUTPUT = 16_000  # tokens of one answer: a whole file
CACHED = {"cache_control": {"type": "ephemeral"}}
TOO_LONG = re.compile(r"too long|context (window|length|size)|maximum context|too many tokens", re.IGNORECASE)
DELTAS = {"text_delta": "text", "thinking_delta": "thinking", "signature_delta": "signature"}  # the field that grows


class Claude:
    """The gateway repeats what fails; here only an answer that it had begun to pass on is asked for once more."""

    def __init__(self, info: ModelInfo, timeout: float) -> None:
        """`timeout`: seconds without a word."""
        self._info = info
        self._client = anthropic.Anthropic(max_retries=0, timeout=timeout)

    def reply(self, request: Request) -> Reply:
        """The answer. Raises NoAnswer, TooLong."""
        try:
            return self._ask(request)
        except BrokenOff:
            return self._ask(request)

    def _ask(self, request: Request) -> Reply:
        """One request. Raises BrokenOff where the answer had begun, else NoAnswer or TooLong."""
        answer = Answer()
        try:
            raw = self._client.messages.with_raw_response.create(**parameters(request, self._info), stream=True)
            headers = raw.headers
            with raw.parse() as stream:
                answer.read(event.model_dump() for event in stream)
        except anthropic.APIStatusError as error:
            raise error_of_status(error) from error
        except httpx2.HTTPError as error:
            raise BrokenOff(f"the answer broke off: {type(error).__name__} {error}") from error
        except (anthropic.APIError, ValueError, LookupError) as error:  # of a stream that is none
            raise NoAnswer(f"no answer came: {type(error).__name__} {error}") from error
        left = {unit: float(headers[name]) for unit, name in LEFT_HEADERS.items() if name in headers}
        content, unreadable = answer.whole()
        return Reply(content, answer.stop, headers.get(HEADER_WIND_DOWN) == "true", left, unreadable)

    def ask_gates(self) -> str:
        """What the gates refuse of what was pushed; "" where they refuse nothing, or cannot say."""
        try:
            lines = self._client.post(GATE_ALL, cast_to=str).splitlines()
            verdict = GateLine.model_validate_json(lines[-1])
        except (anthropic.APIError, httpx2.HTTPError, ValueError, IndexError):
            return ""
        return verdict.text if verdict.decision == "refuse" else ""


class Answer:
    """An answer as its events tell it, one after the other.

    Read here and not by the SDK, which gives up a whole answer where the input of one call is no JSON.
    """

    def __init__(self) -> None:
        self.stop = ""
        self._blocks: dict[int, Block] = {}
        self._inputs: dict[int, str] = {}  # the input of a call, as JSON

    def read(self, events: Iterable[Block]) -> None:
        """Take in all events. Raises NoAnswer where there are none, BrokenOff where the last is missing."""
        begun = False
        for event in events:
            begun = True
            self._take(event)
        if not begun:
            raise NoAnswer("no answer came: the stream is empty")
        if not self.stop:
            raise BrokenOff("the answer broke off")

    def _take(self, event: Block) -> None:
        """Take in one event. Raises LookupError where it belongs to nothing."""
        if event["type"] == "content_block_start":
            block = without_nothing(event["content_block"])
            if block["type"] == "tool_use":
                block.setdefault("input", {})  # some servers leave it out, and none takes the call back without it
            self._blocks[event["index"]] = block
        elif event["type"] == "content_block_delta":
            self._grow(event["index"], event["delta"])
        elif event["type"] == "message_delta":
            self.stop = event["delta"]["stop_reason"] or self.stop

    def _grow(self, index: int, delta: Block) -> None:
        """Add a piece to a block."""
        if delta["type"] == "input_json_delta":
            self._inputs[index] = self._inputs.get(index, "") + delta["partial_json"]
        elif delta["type"] in DELTAS:
            name = DELTAS[delta["type"]]
            self._blocks[index][name] = self._blocks[index].get(name, "") + delta[name]

    def whole(self) -> tuple[list[Block], dict[str, str]]:
        """Its blocks, and by the id of a call what is wrong with an input that could not be read."""
        unreadable = {}
        for index, text in self._inputs.items():
            block = self._blocks[index]
            try:
                block["input"] = json.loads(text or "{}")
                if not isinstance(block["input"], dict):
                    raise ValueError("it is no object")
            except ValueError as error:
                block["input"] = {}
                unreadable[block["id"]] = f"not run: the input of this call is no JSON ({error}); send it again"
        return [readable(block) for block in self._blocks.values()], unreadable


def without_nothing(block: Block) -> Block:
    """A block without the fields that say nothing."""
    return {name: value for name, value in block.items() if value is not None}


def error_of_status(error: anthropic.APIStatusError) -> NoAnswer:
    """What a status means for the life. An error in mid-stream has the status of its answer, 200."""
    text = f"no answer came: {type(error).__name__} {error}"
    if error.status_code == 200:
        return BrokenOff(text)
    if error.status_code == 413 or (error.status_code == 400 and TOO_LONG.search(str(error))):
        return TooLong(text)
    return NoAnswer(text)


def parameters(request: Request, info: ModelInfo) -> dict[str, Any]:
    """A request as the Messages API takes it; of this model only what it is known to have."""
    words: dict[str, Any] = {"model": info.id, "max_tokens": min(info.output, MOST_OUTPUT), "tools": request.tools}
    if info.thinking:
        words["thinking"] = {"type": "adaptive"}
    if info.effort:
        words["output_config"] = {"effort": request.effort}
    if not info.caching:
        return {**words, "system": request.system, "messages": request.messages}
    messages = list(request.messages)
    # What is stable, and the user's last two turns: one call writes what the next finds.
    for index in [index for index, message in enumerate(messages) if message["role"] == "user"][-2:]:
        *before, last = messages[index]["content"]
        messages[index] = {**messages[index], "content": [*before, {**last, **CACHED}]}
    return {**words, "system": [{"type": "text", "text": request.system, **CACHED}], "messages": messages}
