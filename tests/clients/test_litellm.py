"""LiteLLM's proxy as a `compatible:` server: usage, sizes, count, transcript, errors, kills, against a server's log."""

import asyncio
import http.client
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bench.parts.provider import provider
from controller.gateway.retry import RetryPolicy
from controller.gateway.upstreams.catalogue import describe_models
from controller.gateway.upstreams.compatible import Compatible
from controller.gateway.wire import read_message
from controller.ledger.database import Database
from controller.ledger.recordings import Recordings
from controller.views.transcript import answered
from tests.clients.backend import COMMAND, COUNTED, Backend
from tests.clients.proxy import CONTEXT, KEY, OUTPUT, Proxy, proxy
from tests.controller.conftest import ROOT
from tests.controller.gateway import small_controller
from tests.controller.gateway.gateways import Answer, Gateways, LifeClient
from tests.controller.gateway.small_controller import TOKEN
from tests.waiting import PATIENCE, wait_until

pytestmark = pytest.mark.slow
COUNT = "/v1/messages/count_tokens"
MODELS = ["passed", "translated"]
TOOLS = [{"name": "bash", "input_schema": {"type": "object", "properties": {"command": {"type": "string"}}}}]


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Proxy, Backend]]:
    """The proxy, and the log of the server behind it."""
    backend = Backend()
    with provider(backend) as server, proxy(tmp_path_factory.mktemp("proxy"), server.url) as made:
        yield made, backend


@pytest.fixture
def far(behind: tuple[Proxy, Backend]) -> Proxy:
    """The proxy, with an empty log behind it."""
    behind[1].billed.clear()
    return behind[0]


@pytest.fixture
def log(behind: tuple[Proxy, Backend]) -> Backend:
    """The log of the server behind the proxy."""
    return behind[1]


def asked(model: str, said: str, *turns: Any, **more: Any) -> dict[str, Any]:
    """A request."""
    messages = [{"role": "user", "content": said}, *turns]
    return {"model": model, "max_tokens": 1_000, "messages": messages, "tools": TOOLS, **more}


def content(answer: Answer) -> list[Any]:
    """The blocks of an answer."""
    assert answer.status == 200, answer.body
    found: list[Any] = read_message(answer.body, answer.headers["content-type"])["content"]
    return found


def upstream(far: Proxy, model: str) -> Compatible:
    return Compatible(f"{far.url}#{model}", KEY)


def agrees(gateways: Gateways, life: LifeClient, log: Backend) -> None:
    """That the ledger holds what the server billed, and no more."""
    used = gateways.used(life)
    assert (used.input, used.cached, used.output) == log.tokens and used.reserved == 0


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("stream", [False, True])
def test_the_ledger_equals_the_log(
    gateways: Gateways, far: Proxy, log: Backend, tmp_path: Path, model: str, stream: bool
) -> None:
    life = gateways.open(upstream(far, model), tokens=100_000, recordings=Recordings(tmp_path))
    blocks = content(life.post(asked(model, "Hello", stream=stream)))
    call = next(block for block in blocks if block["type"] == "tool_use")
    assert call["input"] == {"command": COMMAND}
    nulls = [{"caller": None, **block} if block["type"] == "tool_use" else block for block in blocks]
    result = {"type": "tool_result", "tool_use_id": call["id"], "content": [{"type": "text", "text": "done"}]}
    turns = [{"role": "assistant", "content": nulls}, {"role": "user", "content": [result]}]
    last = content(life.post(asked(model, "Hello", *turns, stream=stream)))
    assert [block["type"] for block in last] == ["text"] and len(log.billed) == 2
    agrees(gateways, life, log)
    life.gateway.dismiss(life.admission)
    recordings = Recordings(tmp_path)
    first, second = recordings.of_life(life.admission.try_id)
    recordings.close()
    assert "echo 'grüße" in "".join(text for _, text in answered(first))
    assert json.loads(last[0]["text"])["a"] == log.billed[-1].input
    assert any(str(log.billed[-1].input) in text for _, text in answered(second))


def test_sizes_are_the_proxys(far: Proxy) -> None:
    (info,) = describe_models(upstream(far, "passed"), {}, lambda warning: None)
    assert (info.context, info.output) == (CONTEXT, OUTPUT)


def test_counts_are_the_servers(gateways: Gateways, far: Proxy) -> None:
    life = gateways.open(upstream(far, "passed"))
    said = {"model": "passed", "messages": [{"role": "user", "content": "Hello"}]}
    assert life.post(said, COUNT).json["input_tokens"] == COUNTED


@pytest.mark.parametrize("model", MODELS)
def test_errors_blame_who_caused_them(gateways: Gateways, far: Proxy, log: Backend, model: str) -> None:
    life = gateways.open(upstream(far, model))
    log.refused = 0
    assert life.post(asked(model, "busy")).status in (500, 529)
    assert life.gateway.fault(life.admission) is not None
    life = gateways.open(upstream(far, model))
    assert life.post(asked(model, "overflow")).status == 400
    assert life.gateway.fault(life.admission) is None, "a prompt that is too long is the life's own"
    life = gateways.open(Compatible(f"{far.url}#{model}", "sk-wrong"))
    assert life.post(asked(model, "Hello")).status in (400, 401)
    assert life.gateway.fault(life.admission) is not None
    assert not log.billed


@contextmanager
def controller(ledger: Path, far: Proxy, model: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A controller of its own process with one life, and the port of its gateway; killed in the end."""
    told = {"ledger": str(ledger), "run": "run", "budget": 100_000, "dollars": None, "upstream": far.url}
    words = (sys.executable, "-m", small_controller.__name__, json.dumps(told | {"models": [model], "key": KEY}))
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write("go\n")
            process.stdin.flush()
            yield process, int(process.stdout.readline())
        finally:
            process.kill()


def post(port: int, token: str, body: Any) -> int:
    """The status of an answer that was read to its end; 0 where it was cut."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("POST", "/v1/messages", json.dumps(body), {"authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


@contextmanager
def held(log: Backend, port: int, token: str, model: str) -> Iterator[None]:
    """While an answer is in its middle."""
    before = log.held
    asking = threading.Thread(target=post, args=(port, token, asked(model, "hold", stream=True)))
    asking.start()
    wait_until(lambda: log.held > before)
    yield
    asking.join(PATIENCE)


@pytest.mark.parametrize("model", MODELS)
def test_a_killed_controller_loses_no_call(far: Proxy, log: Backend, tmp_path: Path, model: str) -> None:
    ledger = tmp_path / "ledger.sqlite"
    with controller(ledger, far, model) as (process, port):
        assert post(port, TOKEN, asked(model, "Hello")) == 200
        with held(log, port, TOKEN, model):
            process.kill()
            process.wait()
    with controller(ledger, far, model) as (_, port):
        assert post(port, TOKEN, asked(model, "Hello", stream=True)) == 200
    database = Database(ledger)
    rows = database.rows("SELECT status, input, cached, output, reserved FROM calls ORDER BY id")
    database.close()
    first, cut, last = [tuple(row) for row in rows]
    billed = [(200, one.input, one.cached, one.output, 0) for one in log.billed]
    assert [first, last] == billed
    assert sum(cut[1:]) > 0, "what was cut stays booked"


def test_a_dead_proxy_is_waited_for(gateways: Gateways, far: Proxy, log: Backend) -> None:
    life = gateways.open(upstream(far, "passed"), retry_policy=RetryPolicy(PATIENCE, asyncio.sleep))
    far.kill()
    answers: list[Answer] = []
    asking = threading.Thread(target=lambda: answers.append(life.post(asked("passed", "Hello"))))
    asking.start()
    wait_until(lambda: life.gateway.waiting(life.admission))
    far.start()
    asking.join(PATIENCE)
    assert [answer.status for answer in answers] == [200]
    agrees(gateways, life, log)
