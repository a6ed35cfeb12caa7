"""From the name that an operator gives to the upstream that it means."""

import re
from pathlib import Path

from controller.errors import RequestError
from controller.gateway.upstreams.upstream import LocalUpstream, RemoteUpstream

KNOWN = "embedded, script:FILE, anthropic, anthropic/MODEL, compatible:URL#MODEL, manual:DIR, replay:RECORDING"
DEFAULT_MODEL = "claude-opus-5-5"


def make(
    name: str, key: str | None = None, base_url: str | None = None, compatible_key: str | None = None
) -> LocalUpstream | RemoteUpstream:
    """The upstream of this name, or list of names; `key` and `base_url` are the provider's. Raises RequestError."""
    name, *more = listed(name)
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

        others = [other.partition(":")[2] for other in more]
        return Compatible(rest, (compatible_key or "").strip() or None, others)
    provider, slash, model = name.partition("/")
    models = [one.partition("/")[2] or DEFAULT_MODEL for one in (name, *more)]
    if provider == "anthropic" and bool(slash) == bool(model) and not any(one.endswith("/") for one in more):
        from controller.gateway.upstreams.anthropic import BASE_URL, Anthropic

        if not key or not key.strip():
            raise RequestError(f"--model {name} needs the provider's key: export ANTHROPIC_API_KEY=…, "
                               "or, under systemd, the credential anthropic_api_key")  # fmt: skip
        return Anthropic(models, key.strip(), base_url or BASE_URL)
    raise RequestError(f"--model {name}: there is no such upstream; known: {KNOWN}")


def listed(name: str) -> list[str]:
    """The names in a list, all of one upstream; a file's or folder's name may hold a comma. Raises RequestError."""
    names = [one.strip() for one in name.split(",")]
    kinds = {re.split("[:/]", one, maxsplit=1)[0] for one in names}
    if len(names) == 1 or not kinds & {"anthropic", "compatible"} or names[0].startswith(("script:", "manual:")):
        return [name]
    if len(kinds) > 1:
        raise RequestError(f"--model {name}: the models of one run stand behind one upstream: {KNOWN}")
    return names
