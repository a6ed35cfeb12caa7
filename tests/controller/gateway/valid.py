"""Requests of which the gateway lets everything pass, piece by piece."""

from typing import Any

from controller.gateway.upstreams.upstream import JSON

CACHE = {"cache_control": {"type": "ephemeral", "ttl": "1h"}}
PNG = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}}
BLOCKS: list[JSON] = [
    {"type": "text", "text": "Hello", "citations": None} | CACHE,
    PNG | CACHE,
    {"type": "thinking", "thinking": "hm", "signature": "c2ln"},
    {"type": "redacted_thinking", "data": "c2ln"},
    {"type": "tool_use", "id": "t1", "name": "bash", "input": {"command": "ls"}, "caller": {"type": "direct"}},
    {"type": "tool_result", "tool_use_id": "t1", "content": "x", "is_error": False} | CACHE,
    {"type": "tool_result", "tool_use_id": "t1", "content": [{"type": "text", "text": "x"}, PNG]},
    {"type": "tool_result", "tool_use_id": "t1"},
]
TOOLS: list[JSON] = [
    {"name": "done", "description": "d", "input_schema": {"type": "object"}, "strict": True} | CACHE,
    {"type": "custom", "name": "done", "input_schema": {}, "input_examples": [{}], "eager_input_streaming": None},
    {"type": None, "name": "done", "input_schema": {}},
    {"type": "bash_20250124", "name": "bash", "allowed_callers": ["direct"], "defer_loading": False},
    {"type": "text_editor_20250728", "name": "str_replace_based_edit_tool", "max_characters": 10_000},
    {"type": "memory_20250818", "name": "memory"},
]
FIELDS: list[JSON] = [
    {"system": "You are."},
    {"system": [{"type": "text", "text": "You are."} | CACHE]},
    {"stream": True, "stop_sequences": ["END"]},
    {"tool_choice": {"type": "tool", "name": "done", "disable_parallel_tool_use": True}},
    {"tool_choice": {"type": "none"}},
    {"thinking": {"type": "enabled", "budget_tokens": 1024, "display": "omitted"}},
    {"thinking": {"type": "adaptive"}},
    {"output_config": {"effort": "xhigh", "format": {"type": "json_schema", "schema": {"type": "object"}}}},
    {"cache_control": None},
    CACHE,
]


def asked(**fields: Any) -> JSON:
    return {"model": "m", "max_tokens": 10, "messages": [{"role": "user", "content": "Hello"}]} | fields


def holding(block: Any) -> JSON:
    return asked(messages=[{"role": "user", "content": "Hello"}, {"role": "assistant", "content": [block]}])


VALID = [*map(holding, BLOCKS), *(asked(tools=[tool]) for tool in TOOLS), *(asked(**fields) for fields in FIELDS)]
