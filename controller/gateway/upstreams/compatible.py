"""Any other server that speaks the Messages API: Ollama, llama.cpp, vLLM, LM Studio. Its tokens cost nothing here."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from controller.contract import ModelInfo
from controller.errors import RequestError
from controller.gateway.upstreams.http import Http
from controller.gateway.upstreams.upstream import Answer, Headers

VERSION = "2023-06-01"  # what these servers were written for
CONTEXT, OUTPUT = 65_536, 8_192  # tokens; they do not tell
KEY = "HEIRLOOM_COMPATIBLE_KEY"


def make(addresses: Sequence[str], keys: Mapping[str, str | None]) -> "Compatible":
    """The upstream `compatible:URL#MODEL`, or of several models of one server. Raises RequestError."""
    key = (keys.get(KEY) or "").strip()
    return Compatible(addresses[0], key or None, addresses[1:])


class Compatible:
    """One server. Raises RequestError where an address is no `URL#MODEL`, or the addresses name several servers."""

    name = "compatible"
    paid = False
    counts = True

    def __init__(self, address: str, key: str | None = None, more: Sequence[str] = ()) -> None:
        """`more`: further addresses, of other models of the same server."""
        url, _, model = address.partition("#")
        models = [model.strip()]
        for other in more:
            other_url, _, other_model = other.partition("#")
            if other_url != url or not other_model.strip():
                raise RequestError(
                    f"--model compatible:{_without_secret(address)},…: a life's models stand behind one server, "
                    "as in compatible:URL#ONE,compatible:URL#OTHER"
                )
            models.append(other_model.strip())
        if not _is_plain(url) or not models[0]:
            raise RequestError(
                f"--model compatible:{_without_secret(address)}: say server and model, "
                f"as in compatible:http://127.0.0.1:11434#qwen3; a key goes into {KEY}"
            )
        found = []
        for name in dict.fromkeys(models):
            found.append(ModelInfo(id=name, context=CONTEXT, output=OUTPUT, dialect="schema"))
        self._models = tuple(found)
        self._http = Http(url.rstrip("/").removesuffix("/v1"), key)

    def models(self) -> tuple[ModelInfo, ...]:
        """The models that the operator named; the first is the default."""
        return self._models

    async def send(self, path: str, headers: Headers, body: bytes) -> Answer:
        """Pass a filtered request on. Raises WorldFault where no answer came, NeverSent where none could."""
        return await self._http.send(path, {**headers, "anthropic-version": VERSION}, body)

    async def get(self, path: str) -> Answer:
        """What is to be read at a path. Raises WorldFault."""
        return await self._http.get(path, {"anthropic-version": VERSION})

    async def close(self) -> None:
        """Give up its connections; the gateway stops."""
        await self._http.close()


def _is_plain(url: str) -> bool:
    """An address of a server and no more: it is stamped into commits, so that a secret in it would be published."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    plain = "@" not in parts.netloc and not parts.query and url.isascii() and url.isprintable() and " " not in url
    return plain and parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0


def _without_secret(address: str) -> str:
    return address.rpartition("@")[2].partition("?")[0]
