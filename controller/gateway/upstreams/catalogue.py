"""What a provider tells of its models: asked before a run, so that a wrong name is found before anything is spent.

Read are the provider's own shape (`max_input_tokens`, `max_tokens`, `capabilities`, `lifecycle`) and what other
servers tell (`max_model_len`). Where nothing is told, the operator's heirloom.toml holds, then careful defaults.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any
from urllib.parse import quote

from controller.contract import ModelInfo, one_line
from controller.errors import RequestError, WorldFault
from controller.gateway.faults import NO_ANSWER
from controller.gateway.upstreams.upstream import JSON, Catalogue, LocalUpstream, RemoteUpstream
from controller.settings.model_facts import Stated

SECONDS = 20.0  # that one question may take
LIST = "/v1/models?limit=1000"
NOT_THERE = (404, 405, 501)
LARGEST = 10**9
THINKING = ("adaptive", "enabled", "disabled", "between_tools")
EFFORT = ("low", "medium", "high", "xhigh", "max")


class Untold(Exception):
    """The provider tells nothing of a model; the text says why."""


def described(
    upstream: LocalUpstream | RemoteUpstream, stated: Mapping[str, Stated], warn: Callable[[str], None]
) -> tuple[ModelInfo, ...]:
    """The models that a life may use, with all that is known of them. Raises RequestError: there is no such model."""

    async def ask() -> tuple[ModelInfo, ...]:
        try:
            return tuple(
                [await _one(upstream, info, stated.get(info.id, Stated()), warn) for info in upstream.models()]
            )
        finally:
            if isinstance(upstream, Catalogue):
                await upstream.close()

    return asyncio.run(ask())


async def _one(
    upstream: LocalUpstream | RemoteUpstream, info: ModelInfo, stated: Stated, warn: Callable[[str], None]
) -> ModelInfo:
    """One model: what the provider tells, over what the operator states, over the defaults."""
    told: dict[str, Any] = {}
    why = "its provider does not tell"
    if isinstance(upstream, Catalogue):
        try:
            told = facts(await entry(upstream, info.id), warn)
        except Untold as error:
            why = str(error)
    known = info.model_copy(update={**stated.said(), **told})
    if isinstance(upstream, Catalogue) and "context" not in {**stated.said(), **told}:
        warn(f"{info.id}: {why}; assumed are {known.context:,} tokens of context and {known.output:,} of an answer; "
             f'state them in heirloom.toml under [models."{info.id}"]')  # fmt: skip
    return known


async def entry(upstream: Catalogue, model: str) -> JSON:
    """What the provider tells of a model. Raises Untold, RequestError."""
    status, found = await read(upstream, f"/v1/models/{quote(model, safe=':')}")
    if status == 200 and isinstance(found, dict) and "id" in found:
        return found
    if status == 401:
        raise RequestError("the provider does not know the key (401); set the right one and run again")
    if status not in NOT_THERE:
        raise Untold(f"its provider answers {status}" if status != NO_ANSWER else "its provider cannot be reached")
    status, found = await read(upstream, LIST)
    listed = found.get("data") if status == 200 and isinstance(found, dict) else None
    entries = {one["id"]: one for one in listed or () if isinstance(one, dict) and isinstance(one.get("id"), str)}
    for name in (model, f"{model}:latest"):
        if name in entries:
            return entries[name]
    if not entries:
        raise Untold("its provider has no list of models")
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


async def status_of(upstream: Catalogue, model: str) -> int:
    """Whether the provider answers: the HTTP status of a question that costs nothing."""
    return (await read(upstream, f"/v1/models/{quote(model, safe=':')}"))[0]


def facts(told: JSON, warn: Callable[[str], None]) -> dict[str, Any]:
    """What an entry says, by the names of `ModelInfo`; what it does not say is left out. Raises RequestError."""
    name = one_line(str(told["id"]))
    if told.get("lifecycle") == "retired":
        raise RequestError(f"the provider has retired {name}; choose another --model")
    if told.get("lifecycle") == "deprecated":
        warn(f"{name} is deprecated; it retires at {one_line(str(told.get('retires_at') or 'a date not yet set'))}")
    found: dict[str, Any] = {
        "context": _size(told, "max_input_tokens", "max_model_len"),
        "output": _size(told, "max_tokens"),
    }
    able = told.get("capabilities")
    if isinstance(able, dict):
        thinking, effort = _part(able, "thinking"), _part(able, "effort")
        types = _part(thinking, "types")
        found |= {
            "thinking": _supported(thinking),
            "thinking_types": tuple(kind for kind in THINKING if _supported(_part(types, kind))),
            "effort": _supported(effort),
            "effort_levels": tuple(level for level in EFFORT if _supported(_part(effort, level))),
        }
    return {key: value for key, value in found.items() if value is not None}


def _size(told: JSON, *names: str) -> int | None:
    sizes = [told[name] for name in names if isinstance(told.get(name), int) and 0 < told[name] <= LARGEST]
    return sizes[0] if sizes else None


def _part(told: JSON, name: str) -> JSON:
    part = told.get(name)
    return part if isinstance(part, dict) else {}


def _supported(told: JSON) -> bool:
    return told.get("supported") is True
