"""The allow-list: what passes, and that every refusal names what it refuses."""

import json
from typing import Any

import pytest

from controller.gateway.request_filter import count_request, messages_request, parse, permitted, render
from controller.gateway.upstreams.upstream import JSON, Refusal
from tests.controller.gateway.valid import BLOCKS, PNG, TOOLS, VALID, asked, holding


@pytest.mark.parametrize("request_", VALID)
def test_what_a_life_needs_passes_unchanged(request_: JSON) -> None:
    assert json.loads(render(messages_request(json.dumps(request_).encode()))) == request_


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
        (asked(**{field: None}), field)
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
