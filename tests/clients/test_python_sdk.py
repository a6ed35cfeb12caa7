"""The Python SDK, unchanged, as a client of a gateway session: whole messages echoed, betas, nulls, counts, retries."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bench.parts.provider import FakeProvider, provider
from controller.gateway.upstreams.compatible import Compatible
from tests.clients.backend import BUSY, COMMAND, COUNTED, Backend
from tests.controller.gateway.gateways import Gateways, LifeClient
from tests.waiting import PATIENCE

pytestmark = pytest.mark.slow
MODEL = "backend"
SCHEMA: Any = {"type": "object", "properties": {"command": {"type": "string"}}}
HELLO: dict[str, Any] = {
    "model": MODEL,
    "max_tokens": 2000,
    "messages": [{"role": "user", "content": "Hello ✓"}],
    "tools": [{"name": "bash", "input_schema": SCHEMA}],
}
ECHOES: dict[str, Callable[[Any], Any]] = {
    "as it is": lambda message: message.content,
    "model_dump": lambda message: message.model_dump()["content"],
    "as JSON": lambda message: message.model_dump(mode="json", exclude_none=True)["content"],
    "to_dict": lambda message: message.to_dict()["content"],
}


@pytest.fixture
def far() -> Iterator[tuple[Backend, FakeProvider]]:
    """The server, and its log."""
    backend = Backend()
    with provider(backend) as server:
        yield backend, server


@pytest.fixture
def life(gateways: Gateways, far: tuple[Backend, FakeProvider]) -> LifeClient:
    """A gateway before it."""
    return gateways.open(Compatible(f"{far[1].url}#{MODEL}"))


@pytest.fixture
def client(life: LifeClient) -> Iterator[Any]:
    """The SDK."""
    from anthropic import Anthropic

    with Anthropic(api_key=life.admission.token, base_url=life.url, max_retries=0, timeout=PATIENCE) as made:
        yield made


def messages_of(api: Any) -> Iterator[Any]:
    """A message by each way in which the SDK gets one."""
    from pydantic import BaseModel

    class Said(BaseModel):
        a: int

    yield api.create(**HELLO)
    with api.stream(**HELLO) as stream:
        yield stream.get_final_message()
    yield api.parse(**HELLO, output_format=Said)
    with api.stream(**HELLO, output_format=Said) as stream:
        yield stream.get_final_message()


@pytest.mark.parametrize("beta", [False, True])
def test_whole_messages_are_echoed(
    gateways: Gateways, far: tuple[Backend, FakeProvider], life: LifeClient, client: Any, beta: bool
) -> None:
    backend, server = far
    api = client.beta.messages if beta else client.messages
    for message in messages_of(api):
        assert [block.type for block in message.content] == ["thinking", "text", "tool_use"]
        assert message.content[2].input == {"command": COMMAND}
        for name, echo in ECHOES.items():
            result = {"type": "tool_result", "tool_use_id": message.content[2].id, "content": "done"}
            turns = [{"role": "assistant", "content": echo(message)}, {"role": "user", "content": [result]}]
            answer = api.create(**HELLO | {"messages": HELLO["messages"] + turns})
            assert answer.stop_reason == "end_turn", name
            thought, said, call = server.heard[-1].json["messages"][1]["content"]
            assert (thought["signature"], said["text"]) == ("c2lnbmVk", message.content[1].text)
            assert call["input"] == {"command": COMMAND}
    used = gateways.used(life)
    assert (used.input, used.cached, used.output) == backend.tokens
    assert (used.calls, used.reserved) == (4 + 4 * len(ECHOES), 0)


def test_tool_runner_runs_to_its_end(far: tuple[Backend, FakeProvider], client: Any) -> None:
    from anthropic import beta_tool

    ran = []

    @beta_tool
    def bash(command: str) -> str:
        """Run a command."""
        ran.append(command)
        return "done"

    asked = {name: value for name, value in HELLO.items() if name != "tools"}
    last = client.beta.messages.tool_runner(**asked, tools=[bash], thread=False).until_done()
    assert ran == [COMMAND] and last.stop_reason == "end_turn" and len(far[0].billed) == 2


def test_null_fields_are_dropped(far: tuple[Backend, FakeProvider], client: Any) -> None:
    nulls = dict.fromkeys(("system", "stop_sequences", "metadata", "tool_choice", "thinking", "temperature"))
    client.messages.create(**HELLO, extra_body=nulls)
    assert far[1].heard[-1].json == HELLO


@pytest.mark.parametrize("api", [lambda client: client.messages, lambda client: client.beta.messages])
def test_tokens_are_the_servers_count(client: Any, api: Callable[[Any], Any]) -> None:
    asked = {name: value for name, value in HELLO.items() if name != "max_tokens"}
    assert api(client).count_tokens(**asked).input_tokens == COUNTED


def test_busy_servers_are_asked_again(
    gateways: Gateways, far: tuple[Backend, FakeProvider], life: LifeClient, client: Any
) -> None:
    busy = HELLO | {"messages": [{"role": "user", "content": "busy"}]}
    client.with_options(max_retries=BUSY).messages.create(**busy)
    used = gateways.used(life)
    assert (used.calls, used.reserved) == (1 + BUSY, 0) and (used.input, used.cached, used.output) == far[0].tokens


def test_refused_betas_are_named(client: Any) -> None:
    import anthropic

    with pytest.raises(anthropic.BadRequestError, match="message-threads-2026-08-12 is not supported"):
        client.beta.messages.tool_runner(**HELLO | {"tools": []}).until_done()
    with pytest.raises(anthropic.BadRequestError, match="files-api-2025-04-14 is not supported"):
        client.beta.messages.create(**HELLO, betas=["files-api-2025-04-14", "token-counting-2024-11-01"])
