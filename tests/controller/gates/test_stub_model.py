"""The stub model, asked in every way that the contract knows."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from controller.gates.reproduction.stub_model import MOST_CALLS, Stub
from controller.gateway.admission import Admission
from controller.gateway.upstreams.upstream import JSON, Refusal, Reply

ADMISSION = Admission(1, 1, "a token")
SHAPE = {"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]}
BASH = {"name": "bash", "input_schema": {"type": "object", "properties": {"command": {"type": "string"}},
                                         "required": ["command"]}}  # fmt: skip


def ask(stub: Stub, **more: Any) -> Reply:
    return stub.reply({"model": "stub", "messages": [{"role": "user", "content": "Hello"}], **more}, ADMISSION)


def called(reply: Reply) -> tuple[str, JSON]:
    """The one call of a reply."""
    (block,) = reply.content
    assert (block["type"], reply.stop_reason) == ("tool_use", "tool_use")
    return block["name"], block["input"]


def test_single_or_forced_tool_is_called() -> None:
    stub = Stub("a draw")
    one, two = ({"name": name, "input_schema": SHAPE} for name in ("goal", "plan"))
    name, given = called(ask(stub, tools=[one]))
    assert name == "goal" and stub.word()[0] in given["title"]
    assert called(ask(stub, tools=[one, two], tool_choice={"type": "tool", "name": "plan"}))[0] == "plan"
    assert called(ask(stub, tools=[one, two]))[0] == "goal"  # the first of several
    assert ask(stub, tools=[one], tool_choice={"type": "none"}).stop_reason == "end_turn"


def test_structured_output_follows_its_schema() -> None:
    reply = ask(Stub("a draw"), output_config={"format": {"type": "json_schema", "schema": SHAPE}})
    assert list(json.loads(reply.content[0]["text"])) == ["title"]


@pytest.mark.parametrize(
    ("tool", "given"),
    [
        (BASH, {"command"}),
        ({"type": "bash_20250124", "name": "bash"}, {"command"}),
        ({"name": "bash", "input_schema": {**BASH["input_schema"], "required": ["command", "why"],  # type: ignore[dict-item]
                                           "properties": {"command": {"type": "string"}, "why": {"type": "string"}}}},
         {"command", "why"}),
    ],
    ids=["schema", "typed", "more"],
)  # fmt: skip
def test_first_bash_gets_one_command(tool: JSON, given: set[str]) -> None:
    stub = Stub("a draw")
    other = {"name": "check", "input_schema": {"type": "object"}}
    name, written = called(ask(stub, tools=[other, tool]))
    assert (name, set(written)) == ("bash", given)
    assert ask(stub, tools=[other, tool]).stop_reason == "end_turn"


def test_command_writes_code_whose_test_passes(tmp_path: Path) -> None:
    stub = Stub("a draw")
    _, given = called(ask(stub, tools=[BASH]))
    subprocess.run(["bash", "-c", given["command"]], cwd=tmp_path, check=True)
    assert (tmp_path / "agent" / f"{stub.module}.py").is_file()
    words = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests")
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "1 passed" in done.stdout, done.stdout


def test_words_are_heard_anywhere() -> None:
    stub = Stub("a draw", ("first", "second", "third"))
    ask(stub, system="the first of all")
    ask(stub, tools=[{**BASH, "description": "second"}])
    assert stub.unheard == {"third"}
    assert stub.first_bytes == len(json.dumps({"model": "stub", "messages": [{"role": "user", "content": "Hello"}],
                                               "system": "the first of all"}))  # fmt: skip


def test_faults_come_from_the_second_call() -> None:
    faults = (Refusal(529, "overloaded_error", "Overloaded"), Refusal(402, "billing_error", "spent"))
    stub, seen = Stub("a draw", faults=faults), []
    ask(stub)
    for _ in range(3):
        with pytest.raises(Refusal) as refused:
            ask(stub)
        seen.append(refused.value.status)
    assert seen == [529, 402, 402]
    endless = Stub("a draw")
    for _ in range(MOST_CALLS):
        ask(endless)
    with pytest.raises(Refusal, match="budget"):
        ask(endless)
    assert "did not end" in endless.problem


def test_same_draw_says_the_same() -> None:
    said = [called(ask(Stub(draw), tools=[BASH])) for draw in ("one", "one", "two")]
    assert said[0] == said[1] != said[2]
