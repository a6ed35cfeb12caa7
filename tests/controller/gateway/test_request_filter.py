"""The allow-list: what passes, and that every refusal names what it refuses."""

import json
from typing import Any

import pytest

from controller.gateway.budget import input_bound
from controller.gateway.prefix import PrefixCounts
from controller.gateway.request_filter import (
    count_request,
    headers_allowed,
    messages_request,
    parse,
    permitted,
    render,
)
from controller.gateway.upstreams.upstream import JSON, Refusal
from tests.controller.gateway.valid import BLOCKS, PNG, TOOLS, VALID, asked, holding


@pytest.mark.parametrize("request_", VALID)
def test_what_a_life_needs_passes_unchanged(request_: JSON) -> None:
    told = {name: value for name, value in request_.items() if value is not None}
    assert json.loads(render(messages_request(json.dumps(request_).encode()))) == told


def image(**source: Any) -> JSON:
    return {"type": "image", "source": source}


AT = "messages[1].content[0]"
REFUSED: list[tuple[JSON, str]] = [
    (holding(image(type="url", url="https://example.org/a.png")), f"{AT}.source.type"),
    (holding(image(type="file", file_id="f")), f"{AT}.source.type"),
    (holding(image(type="base64", media_type="image/tiff", data="")), f"{AT}.source.media_type"),
    (holding(image(type="base64", media_type="image/png", data="", url="x")), f"{AT}.source.url"),
    (holding(PNG | {"transformations": {}}), f"{AT}.transformations"),
    (holding({"type": "document", "source": {"type": "text"}}), f"{AT}.type"),
    (holding({"type": "search_result"}), f"{AT}.type"),
    (holding({"type": "server_tool_use"}), f"{AT}.type"),
    (holding({"type": "container_upload", "file_id": "f"}), f"{AT}.type"),
    (holding({"text": "x"}), f"{AT}.type"),
    (holding({"type": ["text"]}), f"{AT}.type"),
    (holding("x"), AT),
    (holding({"type": "text"}), f"{AT}.text"),
    (holding({"type": "text", "text": None}), f"{AT}.text"),
    (holding({"type": "text", "text": "x", "citations": []}), f"{AT}.citations"),
    (holding({"type": "text", "text": "x", "cache_control": {"type": "forever"}}), f"{AT}.cache_control.type"),
    (holding({"type": "tool_use", "id": "t", "name": "n", "input": "x"}), f"{AT}.input"),
    (
        holding({"type": "tool_result", "tool_use_id": "t", "content": [BLOCKS[0], {"type": "document"}]}),
        f"{AT}.content[1].type",
    ),
    (asked(messages=[{"role": "tool", "content": "x"}]), "messages[0].role"),
    (asked(messages=[{"role": "user", "content": None}]), "messages[0].content"),
    (asked(messages=[{"role": "user", "content": "x", "name": "n"}]), "messages[0].name"),
    (asked(tools=[{"type": "web_search_20250305", "name": "web_search"}]), "tools[0].type"),
    (asked(tools=[{"type": "code_execution_20260521", "name": "code_execution"}]), "tools[0].type"),
    *(
        (asked(tools=[{"type": kind, "name": "x"}]), "tools[0].type")
        for kind in (
            "web_fetch_20260318",
            "tool_search_tool_regex",
            "computer_toolset_20260801",
            "bash_19990101",
            "",
        )
    ),
    (asked(tools=[{"type": "bash_20250124", "name": "sh"}]), "tools[0].name"),
    (asked(tools=[TOOLS[0] | {"allowed_callers": ["code_execution_20260120"]}]), "tools[0].allowed_callers[0]"),
    (asked(tools=[{"name": "n", "input_schema": {}, "defer_loading": True}]), "tools[0].defer_loading"),
    (asked(tools=[{"name": "n"}]), "tools[0].input_schema"),
    (asked(tools={}), "tools"),
    (asked(tool_choice={"type": "server"}), "tool_choice.type"),
    (asked(thinking={"type": "enabled", "budget_tokens": 1}), "thinking.budget_tokens"),
    (asked(output_config={"task_budget": {}}), "output_config.task_budget"),
    (asked(stream=1), "stream"),
    (asked(stop_sequences="END"), "stop_sequences"),
    *(
        (asked(**{field: {}}), field)
        for field in (
            "container",
            "mcp_servers",
            "service_tier",
            "speed",
            "inference_geo",
            "metadata",
            "diagnostics",
            "fallbacks",
            "user_profile_id",
            "workspace_id",
            "context_management",
            "temperature",
            "top_p",
            "betas",
        )
    ),
    *((asked(**{field: None}), field) for field in ("mcp_servers", "fallbacks", "context_management", "betas", "n")),
    *((asked(max_tokens=number), "max_tokens") for number in (2**63, 10**9 + 1, 10**40, 1.5, "9", True, None)),
    (asked(thinking={"type": "enabled", "budget_tokens": 2**63}), "thinking.budget_tokens"),
    (asked(tools=[TOOLS[4] | {"max_characters": 2**63}]), "tools[0].max_characters"),
    (asked(tools=[TOOLS[0]] * 1_001), "tools"),
    (asked(messages=[{"role": "user", "content": "x"}] * 100_001), "messages"),
    (holding({"type": "tool_use", "id": "t", "name": None, "input": {}}), f"{AT}.name"),
    (holding({"type": "tool_use", "id": "t", "name": "n", "input": {}, "toolset_name": "x"}), f"{AT}.toolset_name"),
]


@pytest.mark.parametrize(("request_", "path"), REFUSED, ids=[path for _, path in REFUSED])
def test_anything_else_is_refused(request_: JSON, path: str) -> None:
    with pytest.raises(Refusal) as refused:
        messages_request(json.dumps(request_).encode())
    assert (refused.value.status, refused.value.kind) == (400, "invalid_request_error")
    assert str(refused.value).startswith(f"{path}: ")


@pytest.mark.parametrize("field", ["model", "messages", "max_tokens"])
def test_a_missing_field_is_named(field: str) -> None:
    request = {key: value for key, value in asked().items() if key != field}
    with pytest.raises(Refusal, match=f"^{field}: is required"):
        messages_request(json.dumps(request).encode())


@pytest.mark.parametrize("field", ["max_tokens", "stream"])
def test_counts_take_no_answer_fields(field: str) -> None:
    request = {"model": "m", "messages": asked()["messages"], "tools": TOOLS}
    assert count_request(json.dumps(request).encode()) == request
    with pytest.raises(Refusal, match=f"^{field}: "):
        count_request(json.dumps(request | {field: 1}).encode())


def test_a_doubled_field_passes_once() -> None:
    body = json.dumps(asked()).replace('"model": "m"', '"model": "dear", "model": "m"').encode()
    assert render(messages_request(body)).count(b'"model"') == 1
    assert messages_request(body)["model"] == "m"


def test_text_goes_on_in_utf_8() -> None:
    assert "héllo ✓" in render(parse(json.dumps(asked(system="héllo ✓")).encode())).decode()


def test_long_names_are_shortened() -> None:
    with pytest.raises(Refusal) as refused:
        messages_request(json.dumps(asked(**{"x\n" * 10_000: 1})).encode())
    assert len(str(refused.value)) < 200 and "\n" not in str(refused.value)


def test_a_foreign_model_is_not_found() -> None:
    permitted(asked(), ("other", "m"))
    with pytest.raises(Refusal, match=r"^model: m;") as refused:
        permitted(asked(), ("other",))
    assert (refused.value.status, refused.value.kind) == (404, "not_found_error")


@pytest.mark.parametrize("parts", [b"[],", b"{},", b"1,", b"["])
def test_countless_small_parts_are_refused(parts: bytes) -> None:
    with pytest.raises(Refusal, match="parts") as refused:
        parse(b'{"messages":[' + parts * (8 * 1024 * 1024 // len(parts)))
    assert refused.value.status == 413


def nested(levels: int) -> Any:
    value: Any = {}
    for level in range(levels):
        value = {"properties": value} if level % 2 else [value]
    return value


DEEP = [
    lambda value: asked(tools=[{"name": "t", "input_schema": {"x": value}}]),
    lambda value: asked(tools=[TOOLS[0] | {"input_examples": [{"x": value}]}]),
    lambda value: asked(output_config={"format": {"type": "json_schema", "schema": {"x": value}}}),
    lambda value: holding({"type": "tool_use", "id": "t", "name": "n", "input": {"x": value}}),
    lambda value: asked(x=value),
]


@pytest.mark.parametrize("place", DEEP, ids=["schema", "example", "format", "input", "unknown"])
@pytest.mark.parametrize("levels", [130, 200, 900, 5_000])
@pytest.mark.parametrize("read", [messages_request, count_request])
def test_deep_nesting_is_refused(place: Any, levels: int, read: Any) -> None:
    marked = json.dumps(place("HERE"))
    body = marked.replace('"HERE"', '{"a":' * levels + "1" + "}" * levels).encode()
    with pytest.raises(Refusal, match=r"nested|JSON") as refused:
        read(body)
    assert refused.value.status == 400 and len(str(refused.value)) < 200


@pytest.mark.parametrize("place", DEEP[:4])
def test_honest_nesting_passes(place: Any) -> None:
    request_ = place(nested(100))
    checked = messages_request(json.dumps(request_).encode())
    assert PrefixCounts().longest(checked) is None and json.loads(render(checked)) == request_


ECHOED = ["container", "diagnostics", "inference_geo", "metadata", "service_tier", "speed", "user_profile_id"]
NULLS = [
    "system",
    "stop_sequences",
    "tools",
    "tool_choice",
    "thinking",
    "output_config",
    "stream",
    "cache_control",
    *ECHOED,
]


@pytest.mark.parametrize("field", NULLS)
def test_null_says_nothing(field: str) -> None:
    assert messages_request(json.dumps(asked(**{field: None})).encode()) == asked()


@pytest.mark.parametrize("block", BLOCKS + TOOLS, ids=lambda block: str(block.get("type")))
def test_null_optional_fields_pass(block: JSON) -> None:
    is_tool = "name" in block and "id" not in block
    optional = {
        "text": ["cache_control", "citations"],
        "image": ["cache_control", "transformations"],
        "tool_use": ["caller", "cache_control", "toolset_name"],
        "tool_result": ["content", "is_error", "cache_control", "toolset_name"],
    }.get(str(block.get("type")), ["strict", "cache_control", "input_examples", "defer_loading"] if is_tool else [])
    with_nulls = block | dict.fromkeys(optional)
    request_ = asked(tools=[with_nulls]) if is_tool else holding(with_nulls)
    assert messages_request(json.dumps(request_).encode()) == request_
    assert input_bound(request_, len(render(request_))) > 0


@pytest.mark.slow
def test_dumps_of_the_library_pass() -> None:
    from anthropic.types import Message

    content = [
        {"type": "thinking", "thinking": "hm", "signature": "c2ln"},
        {"type": "redacted_thinking", "data": "c2ln"},
        {"type": "text", "text": "Hello"},
        {"type": "tool_use", "id": "t1", "name": "bash", "input": {"command": "ls"}},
    ]
    told = {"id": "m", "type": "message", "role": "assistant", "model": "m", "stop_reason": "tool_use"}
    message = Message.model_validate(
        told | {"stop_sequence": None, "content": content, "usage": {"input_tokens": 1, "output_tokens": 1}}
    )
    for echo in (
        message.model_dump(),
        message.model_dump(mode="json"),
        message.to_dict(),
        message.to_dict(exclude_unset=False),
    ):
        turns = [{"role": "user", "content": "Hi"}, {"role": echo["role"], "content": echo["content"]}]
        assert messages_request(json.dumps(asked(messages=turns)).encode())["messages"] == turns


SAMPLING: list[tuple[JSON, bool]] = [
    ({"temperature": 0.7, "top_p": 1, "top_k": 40}, True),
    ({"temperature": 0}, True),
    ({"temperature": None, "top_p": None, "top_k": None}, True),
    ({"temperature": -0.1}, False),
    ({"temperature": True}, False),
    ({"temperature": "0.7"}, False),
    ({"temperature": 1e300}, False),
    ({"top_p": 1.01}, False),
    ({"top_k": 0.5}, False),
    ({"top_k": 2**63}, False),
]


@pytest.mark.parametrize(("fields", "passes"), SAMPLING, ids=lambda value: str(value))
def test_own_servers_take_sampling(fields: JSON, passes: bool) -> None:
    body = json.dumps(asked(**fields)).encode()
    if passes:
        said = {name: value for name, value in fields.items() if value is not None}
        assert messages_request(body, sampling=True) == asked(**said)
    else:
        with pytest.raises(Refusal, match=r"^t[a-z_]+: must be"):
            messages_request(body, sampling=True)
    with pytest.raises(Refusal, match=r"^t[a-z_]+: is not supported"):
        messages_request(body)


@pytest.mark.parametrize("beta", ["context-management-2025-06-27", "a,b", "x" * 5_000])
def test_refused_beta_is_named(beta: str) -> None:
    with pytest.raises(Refusal) as refused:
        headers_allowed(beta)
    assert beta[:100] in str(refused.value) and len(str(refused.value)) < 300


@pytest.mark.parametrize(
    "beta",
    [
        "token-counting-2024-11-01",  # the TypeScript SDK's beta count_tokens, LiteLLM's count
        "structured-outputs-2025-12-15",  # the TypeScript SDK's beta parse
        "structured-outputs-2025-11-13,effort-2025-11-24",  # LiteLLM, with a format and an effort
        " ,effort-2025-11-24, ",
        "",
    ],
)
def test_betas_of_clients_pass_over(beta: str) -> None:
    headers_allowed(beta)


def test_known_betas_hide_no_other() -> None:
    with pytest.raises(Refusal, match=r"^anthropic-beta: files-api-2025-04-14 is not supported"):
        headers_allowed("token-counting-2024-11-01,files-api-2025-04-14")
