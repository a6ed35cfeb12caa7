"""The provider itself: bytes pass to and from the Messages API, with the operator's key."""

from collections.abc import AsyncGenerator, Sequence

import httpx2

from controller.contract import ModelInfo
from controller.errors import RequestError, WorldFault
from controller.gateway.upstreams import Answer, Headers, NeverSent

BASE_URL = "https://api.anthropic.com"
VERSION = "2026-10-21"  # where the child names none
SECONDS = 600.0  # without a byte; the provider sends pings while it thinks
CONNECT_SECONDS = 10.0
NO_CONNECTION = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)


class Anthropic:
    """Models of the provider, by the operator's word: names change faster than lists."""

    name = "anthropic"
    paid = True

    def __init__(
        self,
        models: Sequence[str],
        key: str,
        base_url: str = BASE_URL,
        context: int = 200_000,
        output: int = 32_000,
    ) -> None:
        if not key.isascii() or not key.isprintable():
            raise RequestError("the provider's key holds characters that no key has; copy it again")
        self._models = tuple(
            ModelInfo(id=name, context=context, output=output, dialect="anthropic", caching=True) for name in models
        )
        self._key, self._base_url = key, base_url.rstrip("/")
        self._client: httpx2.AsyncClient | None = None

    def models(self) -> tuple[ModelInfo, ...]:
        """The models it offers; the first is the default."""
        return self._models

    async def send(self, path: str, headers: Headers, body: bytes) -> Answer:
        """Pass a filtered request on. Raises WorldFault where no answer came, NeverSent where none could."""
        if self._client is None:  # made on the loop that uses it
            limits = httpx2.Limits(max_connections=None)
            self._client = httpx2.AsyncClient(timeout=httpx2.Timeout(SECONDS, connect=CONNECT_SECONDS), limits=limits)
        own = {"authorization": f"Bearer {self._key}", "accept-encoding": "identity"}
        request = self._client.build_request(
            "POST", self._base_url + path, headers={"anthropic-version": VERSION, **headers, **own}, content=body
        )
        try:
            response = await self._client.send(request, stream=True)
        except httpx2.HTTPError as error:
            raise _fault(error) from error
        passing = _body(response)

        async def close() -> None:
            await passing.aclose()
            await response.aclose()

        return Answer(response.status_code, response.headers, passing, close)

    async def close(self) -> None:
        """Give up its connections; the gateway stops."""
        if self._client is not None:
            await self._client.aclose()


async def _body(response: httpx2.Response) -> AsyncGenerator[bytes, None]:
    try:
        async for chunk in response.aiter_bytes():
            yield chunk
    except httpx2.HTTPError as error:
        raise _fault(error) from error


def _fault(error: httpx2.HTTPError) -> WorldFault:
    """Only the kind of error is told: its text may quote what was sent."""
    kind = NeverSent if isinstance(error, NO_CONNECTION) else WorldFault
    return kind(f"the provider gave no whole answer: {type(error).__name__}")
