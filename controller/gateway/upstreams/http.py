"""A connection to a server of the Messages API; bytes pass to and from it. The only owner of httpx2."""

import asyncio
from collections.abc import AsyncGenerator

import httpx2

from controller.errors import RequestError, WorldFault
from controller.gateway.upstreams.encoding import Decoder
from controller.gateway.upstreams.proxy import Proxy, proxy_of
from controller.gateway.upstreams.redaction import Redaction, StreamRedaction
from controller.gateway.upstreams.upstream import Answer, Garbled, Headers, NeverSent

SECONDS = 540.0  # until an answer begins, below the child's own timeout; a local server reads a long prompt slowly
CONNECT_SECONDS = 10.0
ANSWER_BYTES = 64 * 2**20  # of one answer, unpacked: the longest that a model can give, many times over
NO_CONNECTION = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)
NO_HTTP = (httpx2.RemoteProtocolError, httpx2.DecodingError)


class Http:
    """A server at `base_url`; the key goes along as Bearer, where there is one. Raises RequestError.

    `quiet`: how many seconds an answer that began may pause; then it is silent and counts as broken.
    """

    def __init__(self, base_url: str, key: str | None, quiet: float = SECONDS) -> None:
        if key is not None and not (key.isascii() and key.isprintable()):
            raise RequestError("the provider's key holds characters that no key has; copy it again")
        self._base_url, self._quiet = base_url.rstrip("/"), quiet
        self._proxy = proxy_of(self._base_url)
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
            self._client = self._make_client()
        client = self._client
        sent = {**headers, **self._own_headers}
        request = client.build_request(method, self._base_url + path, headers=sent, content=body)
        try:
            response = await client.send(request, stream=True)
        except httpx2.HTTPError as error:
            raise _fault(error, self._proxy) from error
        passing = self._body(response)
        shown = {}
        for name, value in response.headers.items():
            shown[name] = self._redaction.redact(value.encode()).decode()

        async def close() -> None:
            await passing.aclose()
            await response.aclose()

        return Answer(response.status_code, shown, passing, close)

    def _make_client(self) -> httpx2.AsyncClient:
        """The client of this server. Raises NeverSent where the proxy that the environment names is none."""
        try:
            return httpx2.AsyncClient(
                timeout=httpx2.Timeout(SECONDS, connect=CONNECT_SECONDS),
                limits=httpx2.Limits(max_connections=None),
                trust_env=not self._proxy.is_loopback,  # a proxy does not reach what listens on this machine alone
            )
        except (ValueError, ImportError, httpx2.InvalidURL) as error:  # of its address, or of what it speaks
            raise NeverSent(f"the provider cannot be reached: no such proxy{self._proxy}") from error

    async def _body(self, response: httpx2.Response) -> AsyncGenerator[bytes, None]:
        """The body, unpacked and without the key. Raises WorldFault where it breaks, or is larger than an answer is."""
        redaction = StreamRedaction(self._redaction)
        chunks, size = response.aiter_raw(), 0
        try:
            decoder = Decoder(response.headers.get("content-encoding", ""))
            while True:
                async with asyncio.timeout(self._quiet):
                    packed = await anext(chunks, None)
                if packed is None:
                    break
                for chunk in decoder.feed(packed):
                    size += len(chunk)
                    if size > ANSWER_BYTES:
                        raise Garbled(f"the provider's answer is over {ANSWER_BYTES // 2**20} MiB")
                    passing = redaction.feed(chunk)
                    if passing:
                        yield passing
            decoder.finish()
            rest = redaction.rest()
            if rest:
                yield rest
        except httpx2.HTTPError as error:
            raise _fault(error, self._proxy) from error
        except TimeoutError as error:
            raise WorldFault(f"the provider fell silent for {self._quiet:g} seconds") from error

    async def close(self) -> None:
        """Give up its connections; the gateway stops."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None  # another loop may ask again


def _fault(error: httpx2.HTTPError, proxy: Proxy) -> WorldFault:
    """The fault that an error of the client is, by its kind alone: its text may quote what was sent."""
    name = type(error).__name__
    if isinstance(error, NO_CONNECTION):
        return NeverSent(f"the provider cannot be reached: {name}{proxy}")
    if isinstance(error, NO_HTTP):
        return Garbled(f"the provider gave no whole answer: {name}{proxy}")
    return WorldFault(f"the provider gave no whole answer: {name}{proxy}")
