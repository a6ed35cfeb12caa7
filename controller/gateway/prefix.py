"""What a provider has counted in a life: the input tokens of requests that it answered, by their prefixes. Pure.

A request that goes on from one that was answered is bounded by what that one counted, and the bytes of what is new.
"""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from controller.gateway.upstreams.upstream import JSON

# What stands before the messages, or changes what the provider puts there; other fields add no input:
BEFORE = ("model", "system", "tools", "tool_choice", "thinking", "output_config")
KEPT = 512  # requests of one life that are remembered


@dataclass(frozen=True)
class Prefix:
    """The beginning of a request that was counted before: so many of its messages, so many tokens."""

    messages: int
    tokens: int


@dataclass
class PrefixCounts:
    """Input tokens by the hash of a request's prefix; the oldest are dropped."""

    tokens: dict[bytes, int] = field(default_factory=dict)

    def learn(self, request: JSON, tokens: int) -> None:
        """The provider counted a whole request."""
        if len(self.tokens) >= KEPT:
            oldest = next(iter(self.tokens))
            del self.tokens[oldest]
        self.tokens[prefix_hashes(request)[-1]] = tokens

    def longest(self, request: JSON) -> Prefix | None:
        """The longest beginning of a request that was counted; None: none of it was."""
        found = None
        for messages, prefix in enumerate(prefix_hashes(request)):
            if prefix in self.tokens:
                found = Prefix(messages, self.tokens[prefix])
        return found


def prefix_hashes(request: JSON) -> list[bytes]:
    """A hash for what stands before the messages, then one for each message with all before it."""
    before = {name: request.get(name) for name in BEFORE}
    hashed = hashlib.sha256(_bytes(before))
    hashes = [hashed.digest()]
    for message in request["messages"]:
        hashed.update(_bytes(message))
        hashes.append(hashed.digest())
    return hashes


def _bytes(value: Any) -> bytes:
    return json.dumps(without_cache_marks(value), sort_keys=True, ensure_ascii=True).encode()


def without_cache_marks(value: Any) -> Any:
    """A value without its cache marks, which change no count, and with one form of a text alone."""
    if isinstance(value, list):
        return [without_cache_marks(item) for item in value]
    if not isinstance(value, dict):
        return value
    plain = {}
    for name, item in value.items():
        if name != "cache_control":
            plain[name] = without_cache_marks(item)
    if isinstance(plain.get("content"), str):
        plain["content"] = [{"type": "text", "text": plain["content"]}]
    return plain


def cache_times(value: Any) -> frozenset[str]:
    """For how long a request asks for parts of it to be cached: `5m`, `1h`."""
    times: set[str] = set()
    if isinstance(value, list):
        for item in value:
            times |= cache_times(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name != "cache_control":
                times |= cache_times(item)
            elif isinstance(item, dict):
                times.add(str(item.get("ttl", "5m")))
    return frozenset(times)
