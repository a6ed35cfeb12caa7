"""A model that is a person: requests are pages to read, files beside them are the answers."""

import io
import json
import threading
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from controller.errors import RequestError
from controller.gateway.upstreams.manual import Letter, Manual, letters
from controller.gateway.upstreams.manual_page import fenced, page
from controller.gateway.upstreams.upstream import JSON
from controller.views.reply import show
from tests.controller.gateway.gateways import HELLO, Answer, Gateways, LifeClient
from tests.waiting import PATIENCE, wait_until

LOOK = 0.005
BASH = {"name": "bash", "description": "Runs a command.", "input_schema": {"type": "object"}}
ASKED: JSON = HELLO | {"model": "manual", "system": "You evolve.", "tools": [BASH]}
CALL = {"calls": [{"name": "bash", "input": {"command": "ls"}}]}


class Asked:
    """A question that is on its way."""

    def __init__(self, life: LifeClient, folder: Path, body: Any) -> None:
        self.answers: list[Answer] = []
        before = len(letters(folder))
        self.thread = threading.Thread(target=lambda: self.answers.append(life.post(body)))
        self.thread.start()
        wait_until(lambda: len(letters(folder)) > before)
        self.letter: Letter = letters(folder)[-1]

    def answer(self, kind: str, text: str | bytes) -> Answer:
        self.letter.file(kind).write_bytes(text if isinstance(text, bytes) else text.encode())
        return self.end()

    def end(self) -> Answer:
        self.thread.join(PATIENCE)
        return self.answers[0]


def told(folder: Path, as_json: bool = False) -> str:
    out = io.StringIO()
    show(folder, Console(file=out, soft_wrap=True), as_json)
    return out.getvalue()


def test_a_text_answers_a_request(gateways: Gateways, tmp_path: Path) -> None:
    folder = tmp_path / "made" / "letters"
    asked = Asked(gateways.open(Manual(folder, look=LOOK)), folder, ASKED)
    assert asked.letter.open
    assert json.loads(asked.letter.file("request.json").read_text()) == ASKED
    answer = asked.answer("reply.txt", "Well: é\n")
    assert answer.json["content"] == [{"type": "text", "text": "Well: é"}]
    assert answer.json["stop_reason"] == "end_turn"
    assert not asked.letter.open


def test_json_replies_call_tools(gateways: Gateways, tmp_path: Path) -> None:
    life = gateways.open(Manual(tmp_path, look=LOOK))
    blocks = [Asked(life, tmp_path, ASKED).answer("reply.json", json.dumps(CALL)).json for _ in range(2)]
    assert [one["stop_reason"] for one in blocks] == ["tool_use", "tool_use"]
    first, second = (one["content"][0] for one in blocks)
    assert (first["name"], first["input"]) == ("bash", {"command": "ls"})
    assert first["id"] != second["id"]


@pytest.mark.parametrize(
    ("kind", "wrong", "why"),
    [
        ("reply.json", "{", "Invalid JSON"),
        ("reply.json", "{}", "needs one of"),
        ("reply.json", '{"txt": "x"}', "txt: Extra inputs"),
        ("reply.txt", b"\xff", "can't decode"),
    ],
)
def test_a_mended_reply_is_read_again(
    gateways: Gateways, tmp_path: Path, kind: str, wrong: str | bytes, why: str
) -> None:
    asked = Asked(gateways.open(Manual(tmp_path, look=LOOK)), tmp_path, ASKED)
    asked.letter.file(kind).write_bytes(wrong if isinstance(wrong, bytes) else wrong.encode())
    problem = asked.letter.file("problem.txt")
    wait_until(lambda: problem.exists() and why in problem.read_text())
    assert why in told(tmp_path)
    assert asked.answer(kind, '{"text": "mended"}').status == 200


def test_no_answer_is_a_world_fault(gateways: Gateways, tmp_path: Path) -> None:
    life = gateways.open(Manual(tmp_path, seconds=0.01, look=LOOK))
    answer = life.post(ASKED)
    assert (answer.status, answer.error) == (504, "timeout_error")
    assert (gateways.status(life), letters(tmp_path)[0].open) == (504, False)
    fault = life.gateway.fault(life.admission)
    assert fault is not None and "nobody answered 0001.1.001 within 0 seconds" in fault.reason


def test_hanging_up_closes_the_request(gateways: Gateways, tmp_path: Path) -> None:
    life = gateways.open(Manual(tmp_path, look=LOOK))

    def ask() -> None:
        with pytest.raises(OSError):
            life.post(ASKED)

    thread = threading.Thread(target=ask)
    thread.start()
    wait_until(lambda: bool(letters(tmp_path)))
    life.gateway.dismiss(life.admission)
    thread.join(PATIENCE)
    assert not letters(tmp_path)[0].open


def test_older_requests_are_left_alone(gateways: Gateways, tmp_path: Path) -> None:
    old = tmp_path / "0001.1.001-request.json"
    old.write_text("old")
    (tmp_path / "0001.1.001-reply.txt").write_text("an old answer")
    asked = Asked(gateways.open(Manual(tmp_path, look=LOOK)), tmp_path, ASKED)
    assert asked.answer("reply.txt", "new").json["content"][0]["text"] == "new"
    assert old.read_text() == "old"


def test_an_unwritable_folder_is_a_world_fault(gateways: Gateways, tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    life = gateways.open(Manual(folder, look=LOOK))
    assert not folder.exists()
    folder.touch()
    assert life.post(ASKED).status == 503


def test_a_bad_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in ("file", "file/in/it"):
        with pytest.raises(RequestError, match="file is no folder"):
            Manual(tmp_path / folder)


def test_reply_shows_the_newest_request(gateways: Gateways, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="no request waits"):
        told(tmp_path)
    asked = Asked(gateways.open(Manual(tmp_path, look=LOOK)), tmp_path, ASKED)
    page, text = asked.letter.file("request.md"), asked.letter.file("reply.txt")
    assert told(tmp_path).startswith(f"{page}\n")
    assert str(text) in told(tmp_path)
    assert json.loads(told(tmp_path, as_json=True))["text"] == str(text)
    asked.answer("reply.txt", "done")
    with pytest.raises(RequestError, match="no request waits"):
        told(tmp_path)


def test_new_messages_stand_on_top() -> None:
    turn = {
        "role": "assistant",
        "content": [{"type": "tool_use", "id": "1", "name": "bash", "input": {"command": "ls"}}],
    }
    result = {"type": "tool_result", "tool_use_id": "1", "is_error": True, "content": "no ``` such thing"}
    later = ASKED | {"messages": [ASKED["messages"][0], turn, {"role": "user", "content": [result]}]}
    text = page("n", "/there/reply", later, ASKED)
    words = (
        "/there/reply.txt",
        "# What is new",
        "## 2, assistant",
        '"command": "ls"',
        "## 3, user",
        "an error",
        "````",
        "# System (as before)",
        "You evolve.",
        "# Tools (as before)",
        "Runs a command.",
        "# What was there before",
        "## 1, user\n\nHello",
    )
    place = 0
    for word in words:
        place = text.index(word, place)


def test_a_first_request_is_all_new() -> None:
    other = ASKED | {"messages": [{"role": "user", "content": "Another matter"}], "system": "Else"}
    text = page("n", "r", other, ASKED)
    assert "there before" not in text
    assert text.index("# What is new") < text.index("## 1, user\n\nAnother matter") < text.index("# System\n\nElse")


def test_the_page_names_constraints() -> None:
    shape = {"format": {"type": "json_schema", "schema": {"title": "Shape of it"}}}
    assert "Shape of it" in page("n", "r", ASKED | {"output_config": shape}, None)
    assert "the tool bash" in page("n", "r", ASKED | {"tool_choice": {"type": "tool", "name": "bash"}}, None)
    assert "a call of a tool" in page("n", "r", ASKED | {"tool_choice": {"type": "any"}}, None)


@pytest.mark.parametrize("text", ["plain", "```", "a ````` b"])
def test_no_text_closes_its_fence(text: str) -> None:
    first, *middle, last = fenced(text).split("\n")
    assert first == last and first not in "\n".join(middle)
