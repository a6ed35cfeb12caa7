"""The embedded upstream, asked as a life asks: what it answers follows from the request alone."""

import json
from typing import Any

import pytest

from controller.gateway.admission import Admission
from controller.gateway.upstreams.embedded.fill import fill
from controller.gateway.upstreams.embedded.program import MARK, program
from controller.gateway.upstreams.embedded.upstream import EDITOR, Embedded
from controller.gateway.upstreams.upstream import LocalUpstream, Reply

ADMISSION = Admission(try_id=1, generation=3, token="t", seed=7, tree="abc")
TEXT = {"type": "string"}
OUTCOME = {"type": "string", "enum": ["code", "history"]}


def tool(name: str, required: tuple[str, ...] = (), **fields: Any) -> dict[str, Any]:
    return {"name": name, "input_schema": {"type": "object", "properties": fields, "required": list(required)}}


BASH = tool("bash", ("command",), command=TEXT, timeout={"type": "number"})
TOOLS = [
    BASH,
    tool("check"),
    tool("done", ("outcome", "summary"), outcome=OUTCOME, summary=TEXT, lesson=TEXT, expected=TEXT, mutant=TEXT),
    tool(EDITOR, ("command", "path"), command=TEXT, path=TEXT, file_text=TEXT),
]
FIND: dict[str, Any] = {
    "find": {
        "function": "agent.text.clip",
        "call": "clip()",
        "what": "`a < b` becomes `a <= b`",
        "mutant": "--- a\n+++ b\n",
        "path": "tests/agent/pinned/test_text_clip.py",
        "test": '"""Pin."""\n\nassert True\n',
    },
    "suspicions": ["agent.text.clip(limit=0) gives 'x'"],
    "numbers": {"mutants": 9, "functions": 2, "seconds": 1.5},
}


class Life:
    """A conversation with the upstream, over a socket of none: requests in, replies out."""

    def __init__(self, tools: list[dict[str, Any]]) -> None:
        self._tools, self._upstream = tools, Embedded(clock=lambda: 0.0)
        self._messages: list[dict[str, Any]] = [{"role": "user", "content": "Do the work."}]

    def ask(self) -> Reply:
        request = json.loads(json.dumps({"tools": self._tools, "messages": self._messages}))
        return self._upstream.reply(request, ADMISSION)

    def call(self) -> tuple[str, dict[str, Any]]:
        """The one tool that is called next, and its input."""
        self._last = self.ask()
        assert self._last.stop_reason == "tool_use"
        block = self._last.content[-1]
        return block["name"], block["input"]

    def answer(self, text: str, failed: bool = False, as_blocks: bool = False) -> "Life":
        """Tell what became of the call."""
        content: Any = [{"type": "text", "text": text}] if as_blocks else text
        made = {
            "type": "tool_result",
            "tool_use_id": self._last.content[-1]["id"],
            "content": content,
            "is_error": failed,
        }
        self._messages += [{"role": "assistant", "content": self._last.content}, {"role": "user", "content": [made]}]
        return self


def found(answer: dict[str, Any] = FIND, tools: list[dict[str, Any]] = TOOLS) -> Life:
    """A life whose hunt has ended."""
    life = Life(tools)
    life.call()
    return life.answer(f"[exit 0]\n{MARK}{json.dumps(answer)}\n")


def test_embedded_is_free_and_local() -> None:
    upstream = Embedded()
    assert isinstance(upstream, LocalUpstream)
    assert (upstream.name, upstream.paid, [model.id for model in upstream.models()]) == (
        "embedded",
        False,
        ["embedded"],
    )


def test_a_life_begins_with_the_hunt() -> None:
    name, given = Life(TOOLS).call()
    assert name == "bash"
    assert set(given) == {"command", "timeout"}
    assert "python -m hunter '7 abc 3' 90 480\n" in given["command"]
    assert given["timeout"] == 510  # at most 600, and longer than the hunt
    assert len(given["command"].encode()) < 120_000  # the kernel's limit of one argument is 128 KiB


def test_short_lives_get_short_hunts() -> None:
    admission = Admission(try_id=1, generation=1, token="t", deadline=40.0)
    reply = Embedded(clock=lambda: 0.0).reply(
        {"tools": TOOLS, "messages": [{"role": "user", "content": ""}]}, admission
    )
    assert "'0  1' 90 10\n" in reply.content[-1]["input"]["command"]


def test_an_untimed_bash_gets_short_hunts() -> None:
    name, given = Life([tool("bash", ("command",), command=TEXT)]).call()
    assert (name, set(given)) == ("bash", {"command"})
    assert "'7 abc 3' 90 90\n" in given["command"]


def test_equal_requests_get_equal_answers() -> None:
    assert Life(TOOLS).ask() == Life(TOOLS).ask()


def test_a_find_is_handed_off() -> None:
    life = found()
    assert life.call() == (
        EDITOR,
        {"command": "create", "path": FIND["find"]["path"], "file_text": FIND["find"]["test"]},
    )
    assert life.answer("written, 3 lines.").call() == ("check", {})
    name, given = life.answer("passed: 3 passed", as_blocks=True).call()
    assert (name, given["outcome"], given["mutant"]) == ("done", "code", "--- a\n+++ b\n")
    assert given["summary"].startswith("agent.text.clip: no test noticed when `a < b` becomes")
    assert "clip(limit=0)" in given["lesson"]


@pytest.mark.parametrize(
    ("step", "text", "failed"),
    [
        (0, "protected", True),
        (0, "written.\nBUT it does not compile", False),
        (1, "failed: 1 of 3", False),
        (1, "?", True),
    ],
)
def test_a_failing_pin_is_taken_back(step: int, text: str, failed: bool) -> None:
    life = found()
    life.call()
    if step:
        life.answer("written").call()
    name, given = life.answer(text, failed).call()
    assert (name, given["command"]) == ("bash", f"rm -f {FIND['find']['path']}")
    name, given = life.answer("[exit 0]").call()
    assert (name, given["outcome"], given.get("mutant")) == ("done", "history", None)
    assert given["lesson"]


def test_a_refused_handoff_ends_as_history() -> None:
    life = found()
    for said in ("written", "passed", ""):
        life.call()
        life.answer(said or "the check failed after all", failed=not said)
    assert life.call()[1]["command"].startswith("rm -f")
    assert life.answer("[exit 0]").call()[1]["outcome"] == "history"


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        ({"exhausted": True, "numbers": {"mutants": 7, "functions": 2}}, "exhausted: 7 changes of 2 functions"),
        ({"exhausted": False, "numbers": {"mutants": 7, "functions": 2, "seconds": 30.0}}, "nothing found in 30 s"),
        ({"problem": "a test fails before anything was changed: x"}, "could not begin: a test fails"),
    ],
)
def test_no_find_ends_as_history(answer: dict[str, Any], word: str) -> None:
    name, given = found(answer).call()
    assert (name, given["outcome"]) == ("done", "history")
    assert word in given["summary"]


@pytest.mark.parametrize("text", ["[stopped after 120 s]", "bash: python: not found", f'{MARK}{{"find": {{"func', ""])
def test_an_unknown_answer_ends_as_history(text: str) -> None:
    life = Life(TOOLS)
    life.call()
    name, given = life.answer(text, failed=not text).call()
    assert (name, given["outcome"]) == ("done", "history")
    assert given["summary"].startswith("the hunt gave no answer")


def test_bash_alone_is_enough() -> None:
    life = found(tools=[BASH])
    name, given = life.call()
    assert name == "bash"
    assert FIND["find"]["test"] in given["command"]
    reply = life.answer("exit 0\n1 passed\nthe new test holds\n").ask()
    assert (reply.stop_reason, reply.content[0]["type"]) == ("end_turn", "text")
    assert "now one does" in reply.content[0]["text"]


def test_bash_alone_takes_pins_back() -> None:
    life = found(tools=[BASH])
    life.call()
    assert life.answer("exit 1\n1 failed\n").call()[1]["command"].startswith("rm -f")
    assert "not pinned" in life.answer("exit 0").ask().content[0]["text"]


def test_a_conversation_that_leads_nowhere_ends() -> None:
    life = found()
    for _ in range(20):
        if life.ask().stop_reason != "tool_use":
            return
        life.call()
        life.answer("no", failed=True)
    pytest.fail("it would have gone on")


CHOICE = {
    "type": "object",
    "properties": {
        "title": TEXT,
        "why": TEXT,
        "done_when": {"type": "array", "items": TEXT},
        "rank": {"type": "integer", "minimum": 3},
        "kind": {"$ref": "#/$defs/Kind"},
        "more": {"anyOf": [{"type": "null"}, TEXT]},
        "sure": {"type": "boolean"},
        "parts": {"type": "array", "items": {"$ref": "#/$defs/Part"}, "minItems": 2},
        "short": {"type": "string", "maxLength": 4},
    },
    "required": ["title", "done_when", "rank", "kind", "more", "sure", "parts", "short"],
    "$defs": {"Kind": {"enum": ["a", "b"]}, "Part": {"type": "object", "properties": {"x": TEXT}, "required": ["x"]}},
}


def test_any_schema_is_filled() -> None:
    given = fill(CHOICE)
    assert given["title"] == "Pin behaviour of agent/ that no test notices yet"
    assert (given["done_when"], given["rank"], given["kind"], given["more"], given["sure"]) == ([], 3, "a", None, False)
    assert [set(part) for part in given["parts"]] == [{"x"}, {"x"}]
    assert len(given["short"]) == 4


def test_a_wanted_tool_is_called() -> None:
    shape = {"name": "choose_goal", "input_schema": CHOICE}
    reply = Embedded().reply({"tools": [shape], "messages": [{"role": "user", "content": ""}]}, ADMISSION)
    assert (reply.stop_reason, reply.content[0]["name"], reply.content[0]["input"]["rank"]) == (
        "tool_use",
        "choose_goal",
        3,
    )


def test_structured_output_is_answered_as_text() -> None:
    wanted = {"format": {"type": "json_schema", "schema": CHOICE}}
    reply = Embedded().reply({"output_config": wanted, "messages": [{"role": "user", "content": ""}]}, ADMISSION)
    assert json.loads(reply.content[0]["text"])["kind"] == "a"


def test_tool_fields_may_change() -> None:
    other = tool("done", ("outcome", "mood"), outcome=OUTCOME, mood={"type": "string", "enum": ["calm"]})
    name, given = found({"exhausted": True}, [BASH, other]).call()
    assert (name, given) == ("done", {"outcome": "history", "mood": "calm"})


def test_no_hunter_file_ends_its_heredoc() -> None:
    sent = program("d", 1, 1)
    assert sent.count("END_OF_THIS_FILE_OF_THE_HUNT") == 2 * sent.count('cat >"$below/hunter/')
