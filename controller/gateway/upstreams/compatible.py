"""Any other server that speaks the Messages API: Ollama, llama.cpp, vLLM, LM Studio. Its tokens cost nothing here."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from controller.contract import ModelInfo
from controller.errors import RequestError
from controller.gateway.upstreams.http import Http
from controller.gateway.upstreams.upstream import Answer, Headers

VERSION = "2023-06-01"  # what these servers were written for
CONTEXT, OUTPUT = 65_536, 8_192  # tokens; they do not tell


class Compatible:
    """The upstream `compatible:URL#MODEL`. Raises RequestError where that is no such address."""

    name = "compatible"
    paid = False

    def __init__(self, address: str, key: str | None = None, more: Sequence[str] = ()) -> None:
        """`more`: further addresses, of other models of the same server."""
        url, _, model = address.partition("#")
        others = [other.partition("#") for other in more]
        if any(found[0] != url or not found[2].strip() for found in others):
            raise RequestError(f"--model compatible:{_without_secret(address)},…: a life's models stand behind one "
                               "server, as in compatible:URL#ONE,compatible:URL#OTHER")  # fmt: skip
        if not _is_plain(url) or not model.strip():
            raise RequestError(
                f"--model compatible:{_without_secret(address)}: say server and model, "
                "as in compatible:http://127.0.0.1:11434#qwen3; a key goes into HEIRLOOM_COMPATIBLE_KEY"
            )
        names = dict.fromkeys(name.strip() for name in (model, *(found[2] for found in others)))
        self._models = tuple(ModelInfo(id=name, context=CONTEXT, output=OUTPUT, dialect="schema") for name in names)
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
