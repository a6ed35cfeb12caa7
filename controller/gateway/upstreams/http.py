"""A connection to a server of the Messages API; bytes pass to and from it. The only owner of httpx2."""

from collections.abc import AsyncGenerator

import httpx2

from controller.errors import RequestError, WorldFault
from controller.gateway.upstreams import Answer, Headers, NeverSent
from controller.gateway.upstreams.secret import Hiding, Secret

SECONDS = 540.0  # without a byte, below the child's own timeout; a provider sends pings while it thinks
CONNECT_SECONDS = 10.0
NO_CONNECTION = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)


class Http:
    """A server at `base_url`; the key goes along as Bearer, where there is one. Raises RequestError."""

    def __init__(self, base_url: str, key: str | None) -> None:
        if key is not None and not (key.isascii() and key.isprintable()):
            raise RequestError("the provider's key holds characters that no key has; copy it again")
        self._base_url, self._secret = base_url.rstrip("/"), Secret(key)
        self._own = {"accept-encoding": "identity"} | ({"authorization": f"Bearer {key}"} if key else {})
        self._client: httpx2.AsyncClient | None = None

    async def send(self, path: str, headers: Headers, body: bytes) -> Answer:
        """Pass a filtered request on. Raises WorldFault where no answer came, NeverSent where none could."""
        if self._client is None:  # made on the loop that uses it
            limits = httpx2.Limits(max_connections=None)
            self._client = httpx2.AsyncClient(timeout=httpx2.Timeout(SECONDS, connect=CONNECT_SECONDS), limits=limits)
        told = {**headers, **self._own}
        request = self._client.build_request("POST", self._base_url + path, headers=told, content=body)
        try:
            response = await self._client.send(request, stream=True)
        except httpx2.HTTPError as error:
            raise _fault(error) from error
        passing = _body(response, Hiding(self._secret))
        shown = {name: self._secret.hide(value.encode()).decode() for name, value in response.headers.items()}

        async def close() -> None:
            await passing.aclose()
            await response.aclose()

        return Answer(response.status_code, shown, passing, close)

    async def close(self) -> None:
        """Give up its connections; the gateway stops."""
        if self._client is not None:
            await self._client.aclose()


async def _body(response: httpx2.Response, hiding: Hiding) -> AsyncGenerator[bytes, None]:
    try:
        async for chunk in response.aiter_bytes():
            if passing := hiding.feed(chunk):
                yield passing
        if rest := hiding.rest():
            yield rest
    except httpx2.HTTPError as error:
        raise _fault(error) from error


def _fault(error: httpx2.HTTPError) -> WorldFault:
    """Only the kind of error is told: its text may quote what was sent."""
    kind = NeverSent if isinstance(error, NO_CONNECTION) else WorldFault
    return kind(f"the provider gave no whole answer: {type(error).__name__}")
