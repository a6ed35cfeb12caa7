"""From the name that an operator gives to the upstream that it means."""

from pathlib import Path

from controller.errors import RequestError
from controller.gateway.upstreams import LocalUpstream, RemoteUpstream

KNOWN = "embedded, script:FILE, anthropic, anthropic/MODEL, compatible:URL#MODEL, manual:DIR, replay:RECORDING"
DEFAULT_MODEL = "claude-opus-5-5"


def make(
    name: str, key: str | None = None, base_url: str | None = None, compatible_key: str | None = None
) -> LocalUpstream | RemoteUpstream:
    """The upstream of this name; `key` and `base_url` are the provider's. Raises RequestError."""
    kind, _, rest = name.partition(":")
    if name == "embedded":
        from controller.gateway.upstreams.embedded.upstream import Embedded

        return Embedded()
    if kind == "script" and rest:
        from controller.gateway.upstreams.script import Script

        return Script(Path(rest))
    if kind == "manual" and rest:
        from controller.gateway.upstreams.manual import Manual

        return Manual(Path(rest))
    if kind == "replay" and rest:
        from controller.gateway.upstreams.replay import load

        return load(Path(rest))
    if kind == "compatible" and rest:
        from controller.gateway.upstreams.compatible import Compatible

        return Compatible(rest, (compatible_key or "").strip() or None)
    provider, slash, model = name.partition("/")
    if provider == "anthropic" and bool(slash) == bool(model):
        from controller.gateway.upstreams.anthropic import BASE_URL, Anthropic

        if not key or not key.strip():
            raise RequestError(f"--model {name} needs the provider's key: export ANTHROPIC_API_KEY=…")
        return Anthropic([model or DEFAULT_MODEL], key.strip(), base_url or BASE_URL)
    raise RequestError(f"--model {name}: there is no such upstream; known: {KNOWN}")
