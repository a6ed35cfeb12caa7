"""A model that answers from a file: what tests and demonstrations need of one.

`{"lives": [[reply, …], …]}`: generation n is answered by life (n - 1) modulo their number, its k-th request by the
k-th reply, and with "done" after the last. See `Line` for what a reply may say.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from pydantic import Field, ValidationError, model_validator

from controller.contract import ModelInfo, Shape
from controller.errors import RequestError
from controller.gateway.admission import Admission
from controller.gateway.upstreams.upstream import JSON, Refusal, Reply

MODEL = ModelInfo(id="script", output=32_000)


class Call(Shape):
    """A call of a tool."""

    name: str = Field(min_length=1)
    input: dict[str, Any]


class Failure(Shape):
    """An error instead of an answer."""

    status: int = Field(ge=400, le=599)
    type: str = "api_error"
    message: str = "the script says so"


class ScriptedUsage(Shape):
    """What the provider is to say that the call used; what is left out is counted from the bytes."""

    input_tokens: int | None = Field(default=None, ge=0)
    output_tokens: int | None = Field(default=None, ge=0)
    cache_read_input_tokens: int | None = Field(default=None, ge=0)
    cache_creation_input_tokens: int | None = Field(default=None, ge=0)


class Line(Shape):
    """One reply: any of `text`, `calls` and `shape`, or an `error`.

    `shape` answers the first tool that the request offers, whatever its name (or the JSON schema that it asks for).
    `expect` is text that the request must hold, else it is refused: so a script is a test of who talks to it.
    """

    text: str | None = None
    calls: tuple[Call, ...] = ()
    shape: dict[str, Any] | None = None
    error: Failure | None = None
    delay: float = Field(default=0.0, ge=0)
    usage: ScriptedUsage = ScriptedUsage()
    stop_reason: str | None = None
    expect: str | None = None

    @model_validator(mode="after")
    def _one_answer(self) -> Self:
        answers = self.text is not None or self.calls or self.shape is not None
        if self.error is not None and (answers or self.delay):
            raise ValueError("an error comes alone, without delay")
        if self.error is None and not answers:
            raise ValueError("needs one of text, calls, shape, error")
        return self


class Play(Shape):
    """The whole file."""

    lives: tuple[tuple[Line, ...], ...] = Field(min_length=1)


def make(addresses: Sequence[str], keys: Mapping[str, str | None]) -> "Script":
    """The upstream `script:FILE`. Raises RequestError."""
    return Script(Path(addresses[0]))


class Script:
    """The upstream `script:FILE`. Raises RequestError where the file is not a script."""

    name = "script"
    paid = False

    def __init__(self, path: Path) -> None:
        try:
            self._lives = Play.model_validate_json(path.read_bytes()).lives
        except OSError as error:
            raise RequestError(f"--model script:{path}: the file cannot be read: {error.strerror}") from error
        except ValidationError as error:
            raise RequestError(f"{path}: {first_error(error)}") from error
        self._asked: dict[int, int] = {}

    def models(self) -> tuple[ModelInfo, ...]:
        """The one model it offers."""
        return (MODEL,)

    def reply(self, request: JSON, admission: Admission) -> Reply:
        """The next line of the life that is being lived. Raises Refusal."""
        number = self._asked.get(admission.try_id, 0) + 1
        self._asked[admission.try_id] = number
        lines = self._lives[(admission.generation - 1) % len(self._lives)]
        line = lines[number - 1] if number <= len(lines) else Line(text="done")
        if line.expect is not None and not _holds(request, line.expect):
            raise Refusal(400, "invalid_request_error", f"reply {number} of the script expects: {line.expect}")
        return reply_of(line, request, f"toolu_{admission.generation:04d}_{number:04d}")


def first_error(error: ValidationError) -> str:
    """The first thing that is wrong with a file, and where."""
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"]) or "the file"
    return f"{place}: {first['msg']}"


def reply_of(line: Line, request: JSON, name: str) -> Reply:
    """A line as a reply to a request; its calls are named after `name`. Raises Refusal."""
    if line.error is not None:
        raise Refusal(line.error.status, line.error.type, line.error.message)
    content: list[JSON] = []
    if line.text is not None:
        content.append({"type": "text", "text": line.text})
    calls = [(call.name, call.input) for call in line.calls]
    if line.shape is not None:
        if request.get("tools"):
            calls.append((request["tools"][0]["name"], line.shape))
        elif request.get("output_config", {}).get("format"):
            content.append({"type": "text", "text": json.dumps(line.shape)})
        else:
            raise Refusal(400, "invalid_request_error", "the script has a shape to give, but none was asked for")
    for index, (tool, given) in enumerate(calls):
        content.append({"type": "tool_use", "id": f"{name}_{index}", "name": tool, "input": given})
    stop = line.stop_reason or ("tool_use" if calls else "end_turn")
    return Reply(content, stop, line.usage.model_dump(exclude_none=True), line.delay)


def _holds(request: JSON, text: str) -> bool:
    """Whether some string in the request holds the text."""
    values: list[Any] = [request]
    while values:
        value = values.pop()
        if isinstance(value, str) and text in value:
            return True
        if isinstance(value, dict):
            values += value.values()
        elif isinstance(value, list):
            values += value
    return False
