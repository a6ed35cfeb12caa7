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


@dataclass
class Known:
    """Input tokens by the hash of a request's prefix."""

    counts: dict[bytes, int] = field(default_factory=dict)

    def learn(self, request: JSON, tokens: int) -> None:
        """The provider counted a whole request."""
        if len(self.counts) >= KEPT:
            self.counts.pop(next(iter(self.counts)))
        *_, last = prefixes(request)
        self.counts[last] = tokens

    def longest(self, request: JSON) -> tuple[int, int] | None:
        """How many of its messages are the longest counted prefix, and what that counted; None: none of it is known."""
        found = None
        for number, prefix in enumerate(prefixes(request)):
            if prefix in self.counts:
                found = number, self.counts[prefix]
        return found


def prefixes(request: JSON) -> list[bytes]:
    """A hash for what stands before the messages, then one for each message with all before it."""
    hashed = hashlib.sha256(_bytes({name: request.get(name) for name in BEFORE}))
    found = [hashed.digest()]
    for message in request["messages"]:
        hashed.update(_bytes(message))
        found.append(hashed.digest())
    return found


def _bytes(value: Any) -> bytes:
    return json.dumps(unmarked(value), sort_keys=True, ensure_ascii=True).encode()


def unmarked(value: Any) -> Any:
    """A value without its cache marks, which change no count, and with one form of a text alone."""
    if isinstance(value, list):
        return [unmarked(one) for one in value]
    if isinstance(value, dict):
        plain = {name: unmarked(one) for name, one in value.items() if name != "cache_control"}
        if isinstance(plain.get("content"), str):
            plain["content"] = [{"type": "text", "text": plain["content"]}]
        return plain
    return value


def marks(value: Any) -> frozenset[str]:
    """For how long a request asks for parts of it to be cached: `5m`, `1h`."""
    if isinstance(value, list):
        return frozenset().union(*map(marks, value))
    if not isinstance(value, dict):
        return frozenset()
    own = value.get("cache_control")
    told = {str(own.get("ttl", "5m"))} if isinstance(own, dict) else set()
    return frozenset(told).union(*(marks(one) for name, one in value.items() if name != "cache_control"))
