"""A connection to a server of the Messages API; bytes pass to and from it. The only owner of httpx2."""

import asyncio
from collections.abc import AsyncGenerator

import httpx2

from controller.errors import RequestError, WorldFault
from controller.gateway.upstreams.redaction import Redaction, StreamRedaction
from controller.gateway.upstreams.upstream import Answer, Headers, NeverSent

SECONDS = 540.0  # until an answer begins, below the child's own timeout; a local server reads a long prompt slowly
CONNECT_SECONDS = 10.0
NO_CONNECTION = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)


class Http:
    """A server at `base_url`; the key goes along as Bearer, where there is one. Raises RequestError.

    `quiet`: how many seconds an answer that began may pause; then it is silent and counts as broken.
    """

    def __init__(self, base_url: str, key: str | None, quiet: float = SECONDS) -> None:
        if key is not None and not (key.isascii() and key.isprintable()):
            raise RequestError("the provider's key holds characters that no key has; copy it again")
        self._base_url, self._quiet = base_url.rstrip("/"), quiet
        self._redaction = Redaction(key)
        self._own_headers = {"accept-encoding": "identity"}
        if key:
            self._own_headers["authorization"] = f"Bearer {key}"
        self._client: httpx2.AsyncClient | None = None

    async def send(self, path: str, headers: Headers, body: bytes) -> Answer:
        """Pass a filtered request on. Raises WorldFault where no answer came, NeverSent where none could."""
        return await self._ask("POST", path, headers, body)

    async def get(self, path: str, headers: Headers) -> Answer:
        """What is to be read at a path. Raises WorldFault."""
        return await self._ask("GET", path, headers, b"")

    async def _ask(self, method: str, path: str, headers: Headers, body: bytes) -> Answer:
        if self._client is None:  # made on the loop that uses it
            timeout = httpx2.Timeout(SECONDS, connect=CONNECT_SECONDS)
            self._client = httpx2.AsyncClient(timeout=timeout, limits=httpx2.Limits(max_connections=None))
        sent = {**headers, **self._own_headers}
        request = self._client.build_request(method, self._base_url + path, headers=sent, content=body)
        try:
            response = await self._client.send(request, stream=True)
        except httpx2.HTTPError as error:
            raise _fault(error) from error
        passing = _body(response, self._quiet, StreamRedaction(self._redaction))
        shown = {}
        for name, value in response.headers.items():
            shown[name] = self._redaction.redact(value.encode()).decode()

        async def close() -> None:
            await passing.aclose()
            await response.aclose()

        return Answer(response.status_code, shown, passing, close)

    async def close(self) -> None:
        """Give up its connections; the gateway stops."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None  # another loop may ask again


async def _body(response: httpx2.Response, quiet: float, redaction: StreamRedaction) -> AsyncGenerator[bytes, None]:
    chunks = response.aiter_bytes()
    try:
        while True:
            async with asyncio.timeout(quiet):
                chunk = await anext(chunks, None)
            if chunk is None:
                break
            passing = redaction.feed(chunk)
            if passing:
                yield passing
        rest = redaction.rest()
        if rest:
            yield rest
    except httpx2.HTTPError as error:
        raise _fault(error) from error
    except TimeoutError as error:
        raise WorldFault(f"the provider fell silent for {quiet:g} seconds") from error


def _fault(error: httpx2.HTTPError) -> WorldFault:
    """The fault that an error of the client is, by its kind alone: its text may quote what was sent."""
    if isinstance(error, NO_CONNECTION):
        return NeverSent(f"the provider cannot be reached: {type(error).__name__}")
    return WorldFault(f"the provider gave no whole answer: {type(error).__name__}")
