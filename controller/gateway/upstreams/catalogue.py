"""What a provider tells of its models: asked before a run, so that a wrong name is found before anything is spent.

Read are the provider's own shape (`max_input_tokens`, `max_tokens`, `capabilities`, `lifecycle`) and what other
servers tell (`max_model_len`; `meta.n_ctx` of llama.cpp; `max_output_tokens` of LiteLLM). Where they say nothing, the
operator's heirloom.toml holds, then careful defaults.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any
from urllib.parse import quote

from controller.contract import ModelInfo, one_line
from controller.errors import RequestError, WorldFault
from controller.gateway import numbers
from controller.gateway.faults import NO_ANSWER
from controller.gateway.upstreams.upstream import JSON, Catalogue, LocalUpstream, RemoteUpstream
from controller.settings.model_facts import Stated

SECONDS = 20.0  # that one question may take
LIST = "/v1/models?limit=1000"
NOT_THERE = (404, 405, 501)
THINKING = ("adaptive", "enabled", "disabled", "between_tools")
EFFORT = ("low", "medium", "high", "xhigh", "max")


class NotDescribed(Exception):
    """The provider says nothing of a model; the text says why."""


def describe_models(
    upstream: LocalUpstream | RemoteUpstream, stated: Mapping[str, Stated], warn: Callable[[str], None]
) -> tuple[ModelInfo, ...]:
    """The models that a life may use, with all that is known of them. Raises RequestError: there is no such model."""
    return asyncio.run(_describe_all(upstream, stated, warn))


async def _describe_all(
    upstream: LocalUpstream | RemoteUpstream, stated: Mapping[str, Stated], warn: Callable[[str], None]
) -> tuple[ModelInfo, ...]:
    models = []
    try:
        for info in upstream.models():
            by_operator = stated.get(info.id, Stated()).said()
            if isinstance(upstream, Catalogue):
                models.append(await _describe(upstream, info, by_operator, warn))
            else:
                models.append(info.model_copy(update=by_operator))
        return tuple(models)
    finally:
        if isinstance(upstream, Catalogue):
            await upstream.close()


async def _describe(
    upstream: Catalogue, info: ModelInfo, by_operator: dict[str, Any], warn: Callable[[str], None]
) -> ModelInfo:
    """One model: what the provider tells, over what the operator states, over the defaults. Raises RequestError."""
    by_provider: dict[str, Any] = {}
    why = "its provider does not tell"
    try:
        by_provider = facts(await entry_of(upstream, info.id), warn)
    except NotDescribed as error:
        why = str(error)
    known = {**by_operator, **by_provider}
    if "context" in known and "output" not in known:
        known["output"] = min(info.output, max(known["context"] // 2, 1))  # an answer leaves room for what it answers
    model = info.model_copy(update=known)
    if "context" not in known:
        warn(
            f"{info.id}: {why}; assumed are {model.context:,} tokens of context and {model.output:,} of an answer; "
            f'state them in heirloom.toml under [models."{info.id}"]'
        )
    return model


async def entry_of(upstream: Catalogue, model: str) -> JSON:
    """The provider's entry of a model. Raises NotDescribed, RequestError."""
    status, entry = await read(upstream, path_of(model))
    if status == 200 and isinstance(entry, dict) and "id" in entry:
        return entry
    if status == 401:
        raise RequestError("the provider does not know the key (401); set the right one and run again")
    if status == NO_ANSWER:
        raise NotDescribed("its provider cannot be reached")
    if status not in NOT_THERE:
        raise NotDescribed(f"its provider answers {status}")
    return entry_in_list(model, *await read(upstream, LIST))


def entry_in_list(model: str, status: int, found: Any) -> JSON:
    """A model's entry in the list of all. Raises NotDescribed, RequestError."""
    entries = {}
    if status == 200 and isinstance(found, dict):
        for entry in found.get("data") or ():
            if isinstance(entry, dict) and isinstance(entry.get("id"), str):
                entries[entry["id"]] = entry
    for name in (model, f"{model}:latest"):
        if name in entries:
            return entries[name]
    if not entries:
        raise NotDescribed("its provider has no list of models")
    close = get_close_matches(model, entries, 3, 0.4) or list(entries)[:5]
    raise RequestError(f"the provider has no model {one_line(model)}; close to it: {one_line(', '.join(close), 300)}")


async def read(upstream: Catalogue, path: str) -> tuple[int, Any]:
    """Status and JSON of a path; 599 where no answer came, None where it is no JSON."""
    try:
        async with asyncio.timeout(SECONDS):
            answer = await upstream.get(path)
            try:
                body = b"".join([chunk async for chunk in answer.body])
            finally:
                await answer.close()
    except (WorldFault, TimeoutError):
        return NO_ANSWER, None
    try:
        return answer.status, json.loads(body)
    except (ValueError, RecursionError):
        return answer.status, None


async def provider_status(upstream: Catalogue, model: str) -> int:
    """Whether the provider answers: the HTTP status of a question that costs nothing."""
    status, _ = await read(upstream, path_of(model))
    return status


def path_of(model: str) -> str:
    """Where a provider describes a model."""
    return f"/v1/models/{quote(model, safe=':')}"


def facts(entry: JSON, warn: Callable[[str], None]) -> dict[str, Any]:
    """What an entry says, by the names of `ModelInfo`; what it does not say is left out. Raises RequestError."""
    name = one_line(str(entry["id"]))
    if entry.get("lifecycle") == "retired":
        raise RequestError(f"the provider has retired {name}; choose another --model")
    if entry.get("lifecycle") == "deprecated":
        warn(f"{name} is deprecated; it retires at {one_line(str(entry.get('retires_at') or 'a date not yet set'))}")
    found: dict[str, Any] = {}
    context = _size(entry, "max_input_tokens", "max_model_len") or _size(_part(entry, "meta"), "n_ctx")
    if context is not None:
        found["context"] = context
    output = _size(entry, "max_tokens", "max_output_tokens")
    if output is not None:
        found["output"] = output
    capabilities = entry.get("capabilities")
    if isinstance(capabilities, dict):
        thinking, effort = _part(capabilities, "thinking"), _part(capabilities, "effort")
        types = _part(thinking, "types")
        found["thinking"] = _is_supported(thinking)
        found["thinking_types"] = tuple(kind for kind in THINKING if _is_supported(_part(types, kind)))
        found["effort"] = _is_supported(effort)
        found["effort_levels"] = tuple(level for level in EFFORT if _is_supported(_part(effort, level)))
    return found


def _size(entry: JSON, *names: str) -> int | None:
    """The first of these fields that is a sensible number of tokens."""
    for name in names:
        size = numbers.count(entry.get(name))
        if size is not None and 0 < size <= numbers.MOST_ASKED:
            return size
    return None


def _part(entry: JSON, name: str) -> JSON:
    part = entry.get(name)
    return part if isinstance(part, dict) else {}


def _is_supported(entry: JSON) -> bool:
    return entry.get("supported") is True
