"""llama.cpp's server with a small model: usage, context, count and transcript, against what the server says itself."""

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from controller.gateway.upstreams.catalogue import describe_models
from controller.gateway.upstreams.compatible import Compatible
from controller.gateway.wire import read_message
from controller.ledger.recordings import Recordings
from controller.views.transcript import answered
from tests.clients.llama import ALIAS, CONTEXT, llama
from tests.controller.gateway.gateways import Gateways
from tests.waiting import PATIENCE

pytestmark = pytest.mark.slow
COUNT = "/v1/messages/count_tokens"
SAID = [{"role": "user", "content": "List the files here with the tool bash."}]
TOOLS = [{"name": "bash", "input_schema": {"type": "object", "properties": {"command": {"type": "string"}}}}]
ASKED: dict[str, Any] = {"model": ALIAS, "max_tokens": 60, "messages": SAID, "tools": TOOLS}


@pytest.fixture(scope="module")
def far(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server."""
    with llama(tmp_path_factory.mktemp("llama")) as url:
        yield url


def directly(url: str, path: str, body: Any) -> Any:
    """What the server answers without a gateway."""
    sent = urllib.request.Request(f"{url}{path}", json.dumps(body).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(sent, timeout=PATIENCE) as answer:
        return json.load(answer)


def test_context_is_the_servers(far: str) -> None:
    warned: list[str] = []
    (info,) = describe_models(Compatible(f"{far}#{ALIAS}"), {}, warned.append)
    assert info.context == CONTEXT and info.output == CONTEXT // 2 and not warned


def test_counts_are_exact(gateways: Gateways, far: str) -> None:
    life = gateways.open(Compatible(f"{far}#{ALIAS}"))
    asked = {name: value for name, value in ASKED.items() if name != "max_tokens"}
    assert life.post(asked, COUNT).json == directly(far, COUNT, asked)


@pytest.mark.parametrize("stream", [False, True])
def test_usage_is_the_servers(gateways: Gateways, far: str, tmp_path: Path, stream: bool) -> None:
    life = gateways.open(Compatible(f"{far}#{ALIAS}"), tokens=50_000, recordings=Recordings(tmp_path))
    answer = life.post(ASKED | {"stream": stream})
    message = read_message(answer.body, answer.headers["content-type"])
    used, told = gateways.used(life), message["usage"]
    assert used.reserved == 0 and used.output == told["output_tokens"] > 0
    assert used.prompt == directly(far, COUNT, {**ASKED, "max_tokens": 1})["input_tokens"]
    life.gateway.dismiss(life.admission)
    recordings = Recordings(tmp_path)
    (one,) = recordings.of_life(life.admission.try_id)
    recordings.close()
    shown = "".join(text for _, text in answered(one))
    for block in message["content"]:
        if block["type"] == "tool_use":
            assert isinstance(block["input"], dict) and "null" not in shown


def test_too_long_prompts_are_own(gateways: Gateways, far: str) -> None:
    life = gateways.open(Compatible(f"{far}#{ALIAS}"))
    answer = life.post(ASKED | {"messages": [{"role": "user", "content": "word " * (2 * CONTEXT)}]})
    assert answer.status == 400 and life.gateway.fault(life.admission) is None
