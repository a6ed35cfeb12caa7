"""What a child may ask of a model: an allow-list of fields, blocks and tools. Pure.

Whatever makes the provider fetch, execute, delegate or charge outside the token price is refused, and so is whatever
nobody has decided on. What goes on is written anew from what was checked: a field given twice, or a number that
another reader would read differently, cannot mean one thing here and another there.
"""

import json
from typing import Any

from controller.contract import one_line
from controller.gateway.json_shapes import (
    by_type,
    each,
    flag,
    nothing,
    number,
    one_of,
    record,
    refuse,
    text,
    text_or,
    thing,
    whole,
)
from controller.gateway.upstreams.upstream import JSON, Refusal

BODY_BYTES = 32 * 1024 * 1024  # the provider's own limit
DEPTH = 128  # levels of lists and objects: whatever goes through a request may go down so far
MESSAGES, TOOLS = 100_000, 1_000  # the first is the provider's own limit
PARTS = 2_000_000  # commas and brackets: each can become an object in our memory, and no context holds more

# Betas that clients name by themselves, for what passes without them: they are passed over, and do not go on
PASSED_OVER = (
    "effort-2025-11-24",
    "structured-outputs-2025-11-13",
    "structured-outputs-2025-12-15",
    "token-counting-2024-11-01",
)

TYPE = {"type": text}  # which one was checked by `by_type`
CACHE = record({"type": one_of("ephemeral")}, {"ttl": one_of("5m", "1h")})
TEXT = record({**TYPE, "text": text}, {"cache_control": CACHE, "citations": nothing})
BASE64 = record(
    {**TYPE, "media_type": one_of("image/jpeg", "image/png", "image/gif", "image/webp"), "data": text},
)
IMAGE = record({**TYPE, "source": by_type({"base64": BASE64})}, {"cache_control": CACHE, "transformations": nothing})
TOOL_USE = record(
    {**TYPE, "id": text, "name": text, "input": thing},
    {"cache_control": CACHE, "caller": record({"type": one_of("direct")}), "toolset_name": nothing},
)
TOOL_RESULT = record(
    {**TYPE, "tool_use_id": text},
    {
        "content": text_or(each(by_type({"text": TEXT, "image": IMAGE}))),
        "is_error": flag,
        "cache_control": CACHE,
        "toolset_name": nothing,
    },
)
BLOCK = by_type(
    {
        "text": TEXT,
        "tool_use": TOOL_USE,
        "tool_result": TOOL_RESULT,
        "thinking": record({**TYPE, "thinking": text, "signature": text}),
        "redacted_thinking": record({**TYPE, "data": text}),
        "image": IMAGE,
    }
)
MESSAGE = record({"role": one_of("user", "assistant", "system"), "content": text_or(each(BLOCK))})

ANY_TOOL = {
    "cache_control": CACHE,
    "strict": flag,
    "input_examples": each(thing),
    "allowed_callers": each(one_of("direct")),
    "defer_loading": one_of(False),
}
TOOL = by_type(
    {
        "custom": record(
            {"name": text, "input_schema": thing},
            {**ANY_TOOL, "type": text, "description": text, "eager_input_streaming": flag},
        ),
        "bash_20250124": record({**TYPE, "name": one_of("bash")}, ANY_TOOL),
        "text_editor_20250728": record(
            {**TYPE, "name": one_of("str_replace_based_edit_tool")},
            {**ANY_TOOL, "max_characters": whole(1)},
        ),
        "memory_20250818": record({**TYPE, "name": one_of("memory")}, ANY_TOOL),
    },
    default="custom",
)
PARALLEL = {"disable_parallel_tool_use": flag}
SHOWN = {"display": one_of("summarized", "omitted")}

COUNTED = {
    "model": text,
    "messages": each(MESSAGE, least=1, most=MESSAGES),
}
COUNTED_MORE = {
    "system": text_or(each(by_type({"text": TEXT}))),
    "tools": each(TOOL, most=TOOLS),
    "tool_choice": by_type(
        {
            "auto": record(TYPE, PARALLEL),
            "any": record(TYPE, PARALLEL),
            "tool": record({**TYPE, "name": text}, PARALLEL),
            "none": record(TYPE),
        }
    ),
    "thinking": by_type(
        {
            "enabled": record({**TYPE, "budget_tokens": whole(1024)}, SHOWN),
            "adaptive": record(TYPE, SHOWN),
            "between_tools": record(TYPE),
            "disabled": record(TYPE),
        }
    ),
    "output_config": record(
        {},
        {
            "effort": one_of("low", "medium", "high", "xhigh", "max"),
            "format": record({"type": one_of("json_schema"), "schema": thing}),
        },
    ),
    "cache_control": CACHE,
}
NO_VALUE = dict.fromkeys(("user_profile_id", "workspace_id", "speed"), nothing)
NO_ANSWER_VALUE = dict.fromkeys(("container", "diagnostics", "inference_geo", "metadata", "service_tier"), nothing)
ANSWERED = {**COUNTED_MORE, **NO_VALUE, **NO_ANSWER_VALUE, "stream": flag, "stop_sequences": each(text)}
SAMPLING = {"temperature": number(0, 2), "top_p": number(0, 1), "top_k": whole(0)}
ASKED = record({**COUNTED, "max_tokens": whole(1)}, ANSWERED)
SAMPLED = record({**COUNTED, "max_tokens": whole(1)}, {**ANSWERED, **SAMPLING})
ONLY_COUNTED = record(COUNTED, {**COUNTED_MORE, **NO_VALUE})


def messages_request(body: bytes, sampling: bool = False) -> JSON:
    """The body of POST /v1/messages, checked. `sampling`: the server takes temperature and its like. Raises Refusal."""
    request = parse(body)
    check = SAMPLED if sampling else ASKED
    check(request, "")
    return without_nulls(request)


def count_request(body: bytes) -> JSON:
    """The body of POST /v1/messages/count_tokens, checked. Raises Refusal."""
    request = parse(body)
    ONLY_COUNTED(request, "")
    return without_nulls(request)


def without_nulls(request: JSON) -> JSON:
    """A request without those of its own fields that are null: they say nothing, and not every server takes them."""
    return {name: value for name, value in request.items() if value is not None}


def parse(body: bytes) -> JSON:
    """A JSON object. Raises Refusal."""
    if sum(body.count(mark) for mark in (b",", b"[", b"{")) > PARTS:
        raise Refusal(413, "request_too_large", f"the body has more than {PARTS:,} parts")
    try:
        parsed = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "invalid_request_error", "the body is not valid JSON in UTF-8") from error
    if not isinstance(parsed, dict):
        raise Refusal(400, "invalid_request_error", "the body must be a JSON object")
    if depth(parsed) > DEPTH:
        raise Refusal(400, "invalid_request_error", f"the body is nested more than {DEPTH} levels deep")
    return parsed


def depth(value: Any) -> int:
    """How many levels of lists and objects a value has, counted up to one more than `DEPTH`."""
    level, levels = [value], 0
    while level and levels <= DEPTH:
        levels += 1
        below: list[Any] = []
        for one in level:
            below += one.values() if isinstance(one, dict) else one
        level = [one for one in below if isinstance(one, dict | list)]
    return levels


def render(request: JSON) -> bytes:
    """The bytes that go on. Raises Refusal where JSON cannot hold them: lone surrogates, NaN, huge numbers."""
    try:
        return json.dumps(request, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "invalid_request_error", "the body holds text or numbers that JSON cannot carry") from error


def permitted(request: JSON, models: tuple[str, ...]) -> None:
    """That the life may ask for this model. Raises Refusal as the API does."""
    if request["model"] not in models:
        raise Refusal(
            404, "not_found_error", f"model: {one_line(request['model'])}; this life may ask for {', '.join(models)}"
        )


def headers_allowed(beta: str) -> None:
    """That no beta of the API is asked for that is one still. Raises Refusal, which names the others."""
    asked = [name.strip() for name in beta.split(",")]
    refused = [name for name in asked if name and name not in PASSED_OVER]
    if refused:
        named = one_line(",".join(refused))
        raise refuse("anthropic-beta", f"{named} is not supported by this gateway; ask without betas")
