"""Any other server that speaks the Messages API: Ollama, llama.cpp, vLLM, LM Studio. Its tokens cost nothing here."""

from urllib.parse import urlsplit

from controller.contract import ModelInfo
from controller.errors import RequestError
from controller.gateway.upstreams import Answer, Headers
from controller.gateway.upstreams.http import Http

VERSION = "2023-06-01"  # what these servers were written for
CONTEXT, OUTPUT = 65_536, 8_192  # tokens; they do not tell


class Compatible:
    """The upstream `compatible:URL#MODEL`. Raises RequestError where that is no such address."""

    name = "compatible"
    paid = False

    def __init__(self, address: str, key: str | None = None) -> None:
        url, _, model = address.partition("#")
        if not _is_plain(url) or not model.strip():
            raise RequestError(
                f"--model compatible:{_without_secret(address)}: say server and model, "
                "as in compatible:http://127.0.0.1:11434#qwen3; a key goes into HEIRLOOM_COMPATIBLE_KEY"
            )
        self._models = (ModelInfo(id=model.strip(), context=CONTEXT, output=OUTPUT, dialect="schema"),)
        self._http = Http(url.rstrip("/").removesuffix("/v1"), key)

    def models(self) -> tuple[ModelInfo, ...]:
        """The one model that the operator named."""
        return self._models

    async def send(self, path: str, headers: Headers, body: bytes) -> Answer:
        """Pass a filtered request on. Raises WorldFault where no answer came, NeverSent where none could."""
        return await self._http.send(path, {**headers, "anthropic-version": VERSION}, body)

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
