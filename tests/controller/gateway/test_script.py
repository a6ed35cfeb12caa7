"""A model that answers from a file, and files that are no scripts."""

import json
from pathlib import Path

import pytest

from controller.errors import RequestError
from controller.gateway.admission import Admission
from controller.gateway.upstreams.script import Script
from controller.gateway.upstreams.upstream import JSON, Refusal, Reply

ASKED: JSON = {
    "model": "script",
    "messages": [{"role": "user", "content": [{"type": "text", "text": "a word of mine"}]}],
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "script.json"


def script(path: Path, *lives: list[JSON]) -> Script:
    path.write_text(json.dumps({"lives": lives}))
    return Script(path)


def told(replies: list[Reply]) -> list[str]:
    return [reply.content[0]["text"] for reply in replies]


def test_replies_come_in_order(path: Path) -> None:
    model = script(path, [{"text": "one"}, {"text": "two"}])
    assert told([model.reply(ASKED, Admission(1, 1, "t")) for _ in range(4)]) == ["one", "two", "done", "done"]


def test_generations_take_turns(path: Path) -> None:
    model = script(path, [{"text": "first"}], [{"text": "second"}])
    assert told([model.reply(ASKED, Admission(n, n, "t")) for n in (1, 2, 3, 4)]) == ["first", "second"] * 2


def test_a_new_try_begins_anew(path: Path) -> None:
    model = script(path, [{"text": "one"}, {"text": "two"}])
    assert told([model.reply(ASKED, Admission(try_id, 1, "t")) for try_id in (1, 1, 2)]) == ["one", "two", "one"]


def test_calls_have_counted_ids(path: Path) -> None:
    calls = [{"name": "bash", "input": {"command": "ls"}}, {"name": "done", "input": {}}]
    reply = script(path, [{"text": "so", "calls": calls}]).reply(ASKED, Admission(7, 3, "t"))
    assert reply.content == [
        {"type": "text", "text": "so"},
        {"type": "tool_use", "id": "toolu_0003_0001_0", "name": "bash", "input": {"command": "ls"}},
        {"type": "tool_use", "id": "toolu_0003_0001_1", "name": "done", "input": {}},
    ]
    assert reply.stop_reason == "tool_use"


def test_a_shape_calls_the_first_tool(path: Path) -> None:
    model = script(path, [{"shape": {"title": "x"}}] * 3)
    reply = model.reply(ASKED | {"tools": [{"name": "goal"}, {"name": "other"}]}, Admission(1, 1, "t"))
    assert [(block["name"], block["input"]) for block in reply.content] == [("goal", {"title": "x"})]
    shaped = model.reply(ASKED | {"output_config": {"format": {"type": "json_schema"}}}, Admission(1, 1, "t"))
    assert json.loads(shaped.content[0]["text"]) == {"title": "x"}
    with pytest.raises(Refusal, match="none was asked for"):
        model.reply(ASKED, Admission(1, 1, "t"))


def test_delay_and_usage_are_scripted(path: Path) -> None:
    line = {"text": "x", "delay": 0.5, "usage": {"output_tokens": 9}, "stop_reason": "max_tokens"}
    assert script(path, [line]).reply(ASKED, Admission(1, 1, "t")) == Reply(
        [{"type": "text", "text": "x"}], "max_tokens", {"output_tokens": 9}, 0.5
    )


def test_a_scripted_error_is_an_answer(path: Path) -> None:
    model = script(path, [{"error": {"status": 529, "type": "overloaded_error", "message": "busy"}}, {"text": "now"}])
    with pytest.raises(Refusal, match="busy") as refused:
        model.reply(ASKED, Admission(1, 1, "t"))
    assert (refused.value.status, refused.value.kind) == (529, "overloaded_error")
    assert told([model.reply(ASKED, Admission(1, 1, "t"))]) == ["now"]


def test_a_missed_expectation_is_refused(path: Path) -> None:
    model = script(path, [{"text": "a", "expect": "word of mine"}, {"text": "b", "expect": "word of yours"}])
    assert told([model.reply(ASKED, Admission(1, 1, "t"))]) == ["a"]
    with pytest.raises(Refusal, match="reply 2 of the script expects: word of yours"):
        model.reply(ASKED, Admission(1, 1, "t"))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "the file"),
        ("{", "the file"),
        ("[]", "the file"),
        ("{}", "lives"),
        ('{"lives": []}', "lives"),
        ('{"lives": [[{}]]}', r"lives\.0\.0"),
        ('{"lives": [[], [{"text": "x"}, {"txt": "x"}]]}', r"lives\.1\.1\.txt"),
        ('{"lives": [[{"text": 1}]]}', r"lives\.0\.0\.text"),
        ('{"lives": [[{"calls": [{"name": "bash"}]}]]}', r"lives\.0\.0\.calls\.0\.input"),
        ('{"lives": [[{"error": {"status": 200}}]]}', r"lives\.0\.0\.error\.status"),
        ('{"lives": [[{"error": {"status": 500}, "text": "x"}]]}', r"lives\.0\.0"),
        ('{"lives": [[{"text": "x", "delay": -1}]]}', r"lives\.0\.0\.delay"),
        ('{"lives": [[{"text": "x", "usage": {"output_tokens": -1}}]]}', r"lives\.0\.0\.usage\.output_tokens"),
    ],
)
def test_a_malformed_script_names_its_place(path: Path, text: str, place: str) -> None:
    path.write_text(text)
    with pytest.raises(RequestError, match=rf"^\S+script\.json: {place}: .+$") as refused:
        Script(path)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["missing.json", "."])
def test_an_unreadable_script_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(RequestError, match=name):
        Script(tmp_path / name)
