"""The provider itself: bytes pass to and from the Messages API, with the operator's key."""

from collections.abc import Mapping, Sequence

from controller.contract import ModelInfo
from controller.errors import RequestError
from controller.gateway.upstreams.http import Http
from controller.gateway.upstreams.upstream import Answer, Headers

BASE_URL = "https://api.anthropic.com"
VERSION = "2026-10-21"  # where the child names none
QUIET = 90.0  # seconds; the provider sends pings while it thinks
DEFAULT_MODEL = "claude-opus-5-5"
KEY = "ANTHROPIC_API_KEY"


def make(addresses: Sequence[str], keys: Mapping[str, str | None]) -> "Anthropic":
    """The upstream `anthropic/MODEL`, or of several models; "" is the default model. Raises RequestError."""
    models = [model or DEFAULT_MODEL for model in addresses]
    key = (keys.get(KEY) or "").strip()
    if not key:
        raise RequestError(
            f"--model anthropic/{models[0]} needs the provider's key: export {KEY}=…, "
            f"or, under systemd, the credential {KEY.lower()}"
        )
    return Anthropic(models, key)


class Anthropic:
    """Models of the provider, by the operator's word: names change faster than lists. Raises RequestError."""

    name = "anthropic"
    paid = True
    counts = True

    def __init__(
        self,
        models: Sequence[str],
        key: str,
        base_url: str = BASE_URL,
        context: int = 200_000,
        output: int = 32_000,
        quiet: float = QUIET,
    ) -> None:
        found = []
        for name in dict.fromkeys(models):
            found.append(ModelInfo(id=name, context=context, output=output, dialect="anthropic", caching=True))
        self._models = tuple(found)
        self._http = Http(base_url, key, quiet)

    def models(self) -> tuple[ModelInfo, ...]:
        """The models it offers; the first is the default."""
        return self._models

    async def send(self, path: str, headers: Headers, body: bytes) -> Answer:
        """Pass a filtered request on. Raises WorldFault where no answer came, NeverSent where none could."""
        return await self._http.send(path, {"anthropic-version": VERSION, **headers}, body)

    async def get(self, path: str) -> Answer:
        """What is to be read at a path. Raises WorldFault."""
        return await self._http.get(path, {"anthropic-version": VERSION})

    async def close(self) -> None:
        """Give up its connections; the gateway stops."""
        await self._http.close()
