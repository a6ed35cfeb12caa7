"""How a life talks with a model that does not always behave."""

from itertools import pairwise
from pathlib import Path
from typing import ClassVar

import pytest

from agent.conversation import Conversations
from agent.errors import NoAnswer, TooLong, WindDown
from agent.models.messages import FULL, Block, Reply, Request
from agent.toolbox import Result, Tool, Toolbox
from agent.tools.plan import Plan
from agent.window import BOUND, size
from agent.workspace import Workspace
from tests.agent.fakes import Scripted, calls, results, says, texts, workspace


class Shout(Tool):
    """Say it louder."""

    word: str

    def run(self, workspace: Workspace) -> Result:
        return Result(self.word.upper())


class Stop(Tool):
    """The end."""

    ends: ClassVar[bool] = True
    why: str


@pytest.fixture
def here(tmp_path: Path) -> Workspace:
    return workspace(tmp_path)


@pytest.fixture
def box(here: Workspace) -> Toolbox:
    return Toolbox(here, {"shout": Shout, "stop": Stop})


def test_calls_of_one_turn_run_in_order_and_are_answered_together(box: Toolbox, here: Workspace) -> None:
    model = Scripted(calls(("shout", {"word": "a"}), ("shout", {"word": "b"})), says("Bye."))
    assert Conversations(model, here).hold("Go.", box).words == "Bye."
    assert [one["content"] for one in results(model.asked[1])] == ["A", "B"]


def test_wrong_calls_are_answered_with_what_to_do(box: Toolbox, here: Workspace) -> None:
    model = Scripted(calls(("whisper", {}), ("shout", {"wort": 1})), says("Bye."))
    Conversations(model, here).hold("Go.", box)
    unknown, wrong = results(model.asked[1])
    assert unknown["is_error"] and unknown["content"] == "there is no tool whisper; there are: shout, stop"
    assert wrong["is_error"] and wrong["content"].startswith("word: Field required; wort: Extra")


def test_a_call_that_was_cut_is_not_run(box: Toolbox, here: Workspace) -> None:
    model = Scripted(calls(("shout", {"word": "a"}), ("stop", {"why": "b"}), stop="max_tokens"), says("Bye."))
    Conversations(model, here).hold("Go.", box)
    whole, cut = results(model.asked[1])
    assert whole["content"] == "A"
    assert cut["is_error"] and "cut in the middle of this call" in cut["content"]


def test_a_text_that_was_cut_is_gone_on_with(box: Toolbox, here: Workspace) -> None:
    model = Scripted(says("Once upon", stop="max_tokens"), says("a time.", stop="pause_turn"), says("The end."))
    assert Conversations(model, here).hold("Go.", box).words == "The end."
    assert [message["role"] for message in model.asked[2].messages] == ["user", "assistant", "user", "assistant"]


STOPS = ("end_turn", "stop_sequence", "max_tokens", "tool_use", "pause_turn", "compaction", FULL, "something_new")


@pytest.mark.parametrize("stop", STOPS)
def test_no_stop_reason_loses_the_calls_that_came_whole(box: Toolbox, here: Workspace, stop: str) -> None:
    model = Scripted(calls(("shout", {"word": "a"}), ("shout", {"word": "b"}), stop=stop), says("Bye."))
    assert Conversations(model, here).hold("Go.", box).words == "Bye."
    assert "'content': 'A'" in texts(model.asked[1]) or stop == FULL  # there the room was too small for all


def test_an_empty_answer_is_not_sent_back(box: Toolbox, here: Workspace) -> None:
    model = Scripted(Reply([], "max_tokens"), says("Bye."))
    Conversations(model, here).hold("Go.", box)
    assert [message["role"] for message in model.asked[1].messages] == ["user", "user"]


THOUGHT = {"type": "thinking", "thinking": "Hm", "signature": ""}


def test_an_answer_cut_inside_thinking_is_not_sent_back(box: Toolbox, here: Workspace) -> None:
    odd = Reply([{"type": "container_upload", "file_id": "f"}, {"type": "text", "text": "So"}, THOUGHT], "max_tokens")
    model = Scripted(Reply([THOUGHT], "max_tokens"), odd, says("Bye."))
    Conversations(model, here).hold("Go.", box)
    assert [message["role"] for message in model.asked[1].messages] == ["user", "user"]
    assert model.asked[2].messages[2] == {"role": "assistant", "content": [{"type": "text", "text": "So"}]}


def test_a_call_that_cannot_be_read_is_answered(box: Toolbox, here: Workspace) -> None:
    reply = Reply(calls(("shout", {}), ("shout", {"word": "b"})).content, "tool_use", unreadable={"call_0": "no JSON"})
    model = Scripted(reply, says("Bye."))
    Conversations(model, here).hold("Go.", box)
    assert [one["content"] for one in results(model.asked[1])] == ["no JSON", "B"]


def test_bytes_that_no_utf8_can_carry_reach_no_model(box: Toolbox, here: Workspace) -> None:
    model = Scripted(calls(("shout", {"word": "caf\udce9"})), says("Bye."))
    Conversations(model, here).hold("Look: \udce9", box)
    assert model.asked[0].messages[0]["content"][0]["text"] == "Look: \ufffd"
    assert results(model.asked[1])[0]["content"] == "CAF\ufffd"


def test_where_the_prompt_is_too_long_a_shorter_one_is_tried(box: Toolbox, here: Workspace) -> None:
    turns = [calls(("shout", {"word": f"{number} " + "x" * 3000})) for number in range(6)]
    model = Scripted(*turns, TooLong("413"), TooLong("413"), says("Bye."))
    assert Conversations(model, here).hold("The goal is gold.", box).words == "Bye."
    sizes = [size(one.messages) for one in model.asked[-3:]]
    assert sizes == sorted(sizes, reverse=True) and sizes[2] < sizes[0] / 2
    assert "The goal is gold." in str(model.asked[-1].messages[0])
    with pytest.raises(TooLong):
        Conversations(Scripted(TooLong("413")), here).hold("Go.", box)


def test_a_question_answered_by_talk_is_asked_once_more(here: Workspace) -> None:
    model = Scripted(says("Hm."), calls(("stop", {"why": "enough"})))
    assert Conversations(model, here).ask("Why?", Toolbox(here, {"stop": Stop}), Stop) == Stop(why="enough")


def test_a_question_answered_by_talk_twice_has_no_answer(here: Workspace) -> None:
    model = Scripted(says("Hm."), says("Hm!"))
    with pytest.raises(NoAnswer, match="calling stop"):
        Conversations(model, here).ask("Why?", Toolbox(here, {"stop": Stop}), Stop)
    assert len(model.asked) == 2


def test_after_wind_down_one_last_answer_is_asked_for_and_runs_nothing(box: Toolbox, here: Workspace) -> None:
    model = Scripted(
        calls(("shout", {"word": "a"}), wind_down=True), calls(("shout", {"word": "b"}), ("stop", {"why": "c"}))
    )
    mind = Conversations(model, here)
    end = mind.hold("Go.", box)
    assert end.answer == Stop(why="c") and end.is_last
    with pytest.raises(WindDown):
        mind.ask("Why?", Toolbox(here, {"stop": Stop}), Stop)
    assert len(model.asked) == 2


def test_the_last_answer_may_fail_too(box: Toolbox, here: Workspace) -> None:
    model = Scripted(calls(("shout", {"word": "a"}), wind_down=True), NoAnswer("402"))
    with pytest.raises(NoAnswer, match="402"):
        Conversations(model, here).hold("Go.", box)


def test_a_refusal_has_no_answer(box: Toolbox, here: Workspace) -> None:
    with pytest.raises(NoAnswer, match="refusal Never"):
        Conversations(Scripted(says("Never.", stop="refusal")), here).hold("Go.", box)


def test_a_model_that_loops_is_told_and_then_stopped(box: Toolbox, here: Workspace) -> None:
    model = Scripted(*[calls(("shout", {"word": "a"}))] * 99)
    with pytest.raises(WindDown, match="repeated another"):
        Conversations(model, here).hold("Go.", box)
    told = [number for number, one in enumerate(model.asked) if "Turn after turn" in texts(one)]
    assert (told[0], len(model.asked)) == (6, 11)


def test_a_long_conversation_stays_within_its_bound_and_keeps_its_beginning(box: Toolbox, here: Workspace) -> None:
    words = [f"{number} " + "x" * 8_000 for number in range(24)]
    model = Scripted(*[calls(("shout", {"word": word})) for word in words], says("Bye."))
    assert Conversations(model, here).hold("The goal is gold.", box).words == "Bye."
    sizes = [size(one.messages) for one in model.asked]
    assert max(sizes) <= BOUND
    assert sum(now < before for before, now in pairwise(sizes)) < 8  # each one costs the cache
    for one in model.asked:
        assert "The goal is gold." in str(one.messages[0])
        assert paired(one.messages)
    assert words[-1].upper() in texts(model.asked[-1])


def test_a_context_that_is_full_is_cut_and_the_work_goes_on(box: Toolbox, here: Workspace) -> None:
    turns = [calls(("shout", {"word": f"{number} " + "x" * 3000})) for number in range(6)]
    model = Scripted(*turns, says("Hm", stop="model_context_window_exceeded"), says("Bye."))
    assert Conversations(model, here).hold("The goal is gold.", box).words == "Bye."
    assert size(model.asked[-1].messages) < size(model.asked[-2].messages) / 2
    assert "The goal is gold." in str(model.asked[-1].messages[0])


def test_the_plan_survives_whatever_is_cut(here: Workspace) -> None:
    box = Toolbox(here, {"shout": Shout, "plan": Plan})
    text = "1. find gold: done\n2. sell it: open\n" + "tried " * 90
    turns = [calls(("shout", {"word": f"{number} " + "x" * 3000})) for number in range(6)]
    model = Scripted(
        calls(("plan", {"text": text})), *turns, *[TooLong("413")] * 2, *turns, TooLong("413"), says("Bye.")
    )
    assert Conversations(model, here).hold("The goal is gold.", box).words == "Bye."
    for request in model.asked:
        assert "The goal is gold." in str(request.messages[0])
        assert request is model.asked[0] or request is model.asked[1] or text.strip() in sent(request)
    last = sent(model.asked[-1])
    assert last.count(text.strip()) == 1 and last.count("Earlier turns were cut") == 1
    assert "shout {'word': '0 xxx" in last and "\n 0 XXX" in last


def sent(request: Request) -> str:
    """All words of a request, with what its calls say."""
    blocks = [block for message in request.messages for block in message["content"]]
    return "\n".join(str(block.get("text") or block.get("input", {}).get("text") or "") for block in blocks)


def paired(messages: list[Block]) -> bool:
    """Whether every result follows the call that it answers, as the API wants it."""
    for before, after in zip([{"content": []}, *messages], messages, strict=False):
        asked = {block["id"] for block in before["content"] if block["type"] == "tool_use"}
        if asked != {block["tool_use_id"] for block in after["content"] if block["type"] == "tool_result"}:
            return False
    return True
