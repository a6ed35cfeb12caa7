"""What stands behind the gateway: one file an upstream.

A local upstream (script, embedded, manual) answers with content blocks; the gateway makes the API's shapes of
them. A remote one (anthropic, compatible) passes bytes.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from controller.contract import ModelInfo
from controller.errors import HeirloomError, WorldFault
from controller.gateway.admission import Admission

JSON = dict[str, Any]
Headers = Mapping[str, str]


class Refusal(HeirloomError):
    """An answer of the API's own error shape: HTTP status, error type, message. `final`: asking again is no use."""

    def __init__(self, status: int, kind: str, message: str, final: bool = False) -> None:
        super().__init__(message)
        self.status, self.kind, self.final = status, kind, final or status == 402


class Garbled(WorldFault):
    """What the provider answered is no whole answer of the Messages API: the same may be answered again."""


class NeverSent(WorldFault):
    """The provider was not reached at all: nothing can be billed."""


@dataclass(frozen=True)
class Reply:
    """What a local model answers: content blocks as in the Messages API (`text`, `tool_use` with id, name, input)."""

    content: list[JSON]
    stop_reason: str = "end_turn"
    usage: JSON = field(default_factory=dict)  # overrides what the gateway counts (bytes / 3.5)
    delay: float = 0.0  # seconds to wait before answering


@runtime_checkable
class LocalUpstream(Protocol):
    """A model inside the controller's process. Runs on the gateway's loop: answers at once, or awaits."""

    name: str
    paid: bool

    def models(self) -> tuple[ModelInfo, ...]:
        """The models it offers; the first is the default."""

    def reply(self, request: JSON, admission: Admission) -> Reply | Awaitable[Reply]:
        """Answer a validated Messages request. Raises Refusal."""


@dataclass(frozen=True)
class Answer:
    """What a remote upstream answered, before its body was read. Whoever holds it awaits `close()` in the end."""

    status: int
    headers: Headers
    body: AsyncIterator[bytes]  # raises WorldFault where it breaks
    close: Callable[[], Awaitable[None]]
    recorded: Headers | None = None  # the gateway's own headers where this is a recording; None: it is an answer of now


class RemoteUpstream(Protocol):
    """A provider behind HTTP. `counts`: it may be asked how many tokens a request is, and bills what it counts."""

    name: str
    paid: bool
    counts: bool

    def models(self) -> tuple[ModelInfo, ...]:
        """The models it offers; the first is the default."""

    async def send(self, path: str, headers: Headers, body: bytes) -> Answer:
        """Pass a filtered request on. Raises WorldFault where no answer came, NeverSent where none could."""

    async def close(self) -> None:
        """Give up its connections; the gateway stops."""


@runtime_checkable
class Catalogue(Protocol):
    """A provider that tells of its models, at no cost."""

    async def get(self, path: str) -> Answer:
        """What is to be read at a path. Raises WorldFault."""

    async def close(self) -> None:
        """Give up its connections."""
