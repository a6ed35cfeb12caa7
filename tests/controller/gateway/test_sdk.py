"""The provider's own client library, unchanged, against the gateway."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from controller.ledger.usage import Usage
from tests.controller.gateway.gateways import Gateways, LifeClient
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from anthropic import Anthropic

Dial = Callable[..., "Anthropic"]
HELLO: dict[str, Any] = {"model": "script", "max_tokens": 1000, "messages": [{"role": "user", "content": "Hello"}]}
BASH: Any = {
    "name": "bash",
    "input_schema": {"type": "object", "properties": {"command": {"type": "string"}}},
}


@pytest.fixture
def dial() -> Iterator[Dial]:
    """A client for a gateway; the library takes seconds to import, so it is imported here."""
    from anthropic import Anthropic

    clients: list[Anthropic] = []

    def client(life: LifeClient, token: str | None = None) -> Anthropic:
        made = Anthropic(api_key=token or life.admission.token, base_url=life.url, max_retries=0, timeout=PATIENCE)
        clients.append(made)
        return made

    yield client
    for made in clients:
        made.close()


def test_a_tool_call_arrives_by_stream(gateways: Gateways, dial: Dial) -> None:
    command = "cat <<'E'\n" + 'line ✓ "quoted"\n' * 2000 + "E"
    reply = {"text": "Let me see. " * 1000, "calls": [{"name": "bash", "input": {"command": command}}]}
    usage = {"input_tokens": 10, "output_tokens": 20, "cache_read_input_tokens": 30, "cache_creation_input_tokens": 40}
    life = gateways.open(gateways.script([reply | {"usage": usage}]))
    with dial(life).messages.stream(**HELLO, tools=[BASH]) as stream:
        message = stream.get_final_message()
        left = stream.response.headers
    assert message.stop_reason == "tool_use"
    assert [block.type for block in message.content] == ["text", "tool_use"]
    assert message.content[1].to_dict()["input"] == {"command": command}
    assert message.usage.output_tokens == 20 and message.usage.cache_read_input_tokens == 30
    assert gateways.used(life) == Usage(calls=1, input=10, cached=30, written=40, output=20)
    assert "heirloom-tokens-left" not in left


def test_answers_can_be_sent_back(gateways: Gateways, dial: Dial) -> None:
    life = gateways.open(gateways.script([{"text": "", "calls": [{"name": "bash", "input": {}}]}, {"text": "Good."}]))
    client = dial(life)
    first = client.messages.create(**HELLO, tools=[BASH], system=[{"type": "text", "text": "You are."}])
    result = {"type": "tool_result", "tool_use_id": first.content[1].to_dict()["id"], "content": "x", "is_error": True}
    turns = [*HELLO["messages"], {"role": "assistant", "content": first.content}, {"role": "user", "content": [result]}]
    second = client.messages.create(**HELLO | {"messages": turns}, tools=[BASH])
    assert (second.stop_reason, second.content[0].to_dict()["text"]) == ("end_turn", "Good.")
    assert (first.id, second.id) == ("msg_0001_0001", "msg_0001_0002")


def test_tokens_are_counted(gateways: Gateways, dial: Dial) -> None:
    life = gateways.open(gateways.script())
    counted = dial(life).messages.count_tokens(model="script", messages=HELLO["messages"], tools=[BASH])
    assert counted.input_tokens > 20


def test_errors_arrive_as_library_classes(gateways: Gateways, dial: Dial) -> None:
    import anthropic

    overloaded = {"error": {"status": 529, "type": "overloaded_error", "message": "busy"}}
    life = gateways.open(gateways.script([overloaded, {"text": "Hi"}]), calls=2)
    client = dial(life)
    with pytest.raises(anthropic.APIStatusError) as busy:
        client.messages.create(**HELLO)
    assert (busy.value.status_code, busy.value.type) == (529, "overloaded_error")
    assert gateways.status(life) == 529
    with pytest.raises(anthropic.NotFoundError):
        client.messages.create(**HELLO | {"model": "another"})
    with pytest.raises(anthropic.AuthenticationError):
        dial(life, token="another").messages.create(**HELLO)
    with pytest.raises(anthropic.BadRequestError, match="service_tier"):
        client.messages.create(**HELLO, service_tier="auto")
    client.messages.create(**HELLO)
    with pytest.raises(anthropic.PaymentRequiredError) as spent, client.messages.stream(**HELLO):
        pass
    assert (spent.value.type, spent.value.request_id) == ("billing_error", "req_0001_0006")
