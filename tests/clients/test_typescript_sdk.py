"""The TypeScript SDK, unchanged, as a client of a gateway session: what it sees and sends, with it and without."""

import json
import subprocess
from typing import Any

import pytest

from bench.parts.provider import provider
from controller.gateway.upstreams.compatible import Compatible
from tests.clients.backend import BUSY, Backend
from tests.controller.gateway.aimock import HOME, installed, node
from tests.controller.gateway.gateways import Gateways
from tests.waiting import PATIENCE

pytestmark = pytest.mark.slow
MODEL = "backend"
REFUSED = {  # by the gateway; the backend takes everything
    "a beta": ("BadRequestError", 400, "invalid_request_error", "files-api-2025-04-14"),
    "another model": ("NotFoundError", 404, "not_found_error", "may ask for backend"),
    "another key": ("AuthenticationError", 401, "authentication_error", "token"),
}


def seen(url: str, key: str) -> Any:
    """What the SDK sees of a server, by the name of what it tried."""
    program, npm = node()
    installed(npm)
    words = [str(program), str(HOME / "client.mjs"), url, key, MODEL]
    done = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_typescript_sees_no_gateway(gateways: Gateways) -> None:
    with provider(Backend()) as far:
        direct = seen(far.url, "key")
        wanted = [one.json for one in far.heard]
    behind = Backend()
    with provider(behind) as far:
        life = gateways.open(Compatible(f"{far.url}#{MODEL}"))
        through = seen(life.url, life.admission.token)
        sent = far.heard
    for name, (kind, status, error_type, words) in REFUSED.items():
        refused = through.pop(name)
        assert (refused["error"], refused["status"], refused["type"]) == (kind, status, error_type)
        assert words in refused["message"]
        assert "error" not in direct.pop(name)
    assert through == direct and not [name for name, answer in through.items() if "error" in answer]
    assert {"create echoed", "stream echoed", "beta parse echoed", "beta count", "nulls", "busy"} <= set(through)
    said = [{name: value for name, value in one.items() if value is not None} for one in wanted]
    assert [one.json for one in sent] == said[: len(sent)], "what the SDK sends arrives as it is, without nulls"
    assert not [one for one in sent if b"anthropic-beta" in one.head.lower()]
    used = gateways.used(life)
    assert used.calls == len(behind.billed) + BUSY and used.reserved == 0
    assert (used.input, used.cached, used.output) == behind.tokens
