"""How a life talks with a model that does not always behave."""

from itertools import pairwise
from pathlib import Path
from typing import ClassVar

import pytest

from agent.errors import NoAnswer, WindDown
from agent.mind import BOUND, Mind, size
from agent.model import FULL, Block, Reply
from agent.place import Place
from agent.toolbox import Tool, Toolbox
from tests.agent.fakes import Scripted, calls, place, results, says, texts


class Shout(Tool):
    """Say it louder."""

    word: str

    def run(self, place: Place) -> str:
        return self.word.upper()


class Stop(Tool):
    """The end."""

    ends: ClassVar[bool] = True
    why: str


@pytest.fixture
def here(tmp_path: Path) -> Place:
    return place(tmp_path)


@pytest.fixture
def box(here: Place) -> Toolbox:
    return Toolbox(here, {"shout": Shout, "stop": Stop})


def test_calls_of_one_turn_run_in_order_and_are_answered_together(box: Toolbox, here: Place) -> None:
    model = Scripted(calls(("shout", {"word": "a"}), ("shout", {"word": "b"})), says("Bye."))
    assert Mind(model, here).work("Go.", box) == "Bye."
    assert [one["content"] for one in results(model.asked[1])] == ["A", "B"]


def test_wrong_calls_are_answered_with_what_to_do(box: Toolbox, here: Place) -> None:
    model = Scripted(calls(("whisper", {}), ("shout", {"wort": 1})), says("Bye."))
    Mind(model, here).work("Go.", box)
    unknown, wrong = results(model.asked[1])
    assert unknown["is_error"] and unknown["content"] == "there is no tool whisper; there are: shout, stop"
    assert wrong["is_error"] and wrong["content"].startswith("word: Field required; wort: Extra")


def test_a_call_that_was_cut_is_not_run(box: Toolbox, here: Place) -> None:
    model = Scripted(calls(("shout", {"word": "a"}), ("stop", {"why": "b"}), stop="max_tokens"), says("Bye."))
    Mind(model, here).work("Go.", box)
    whole, cut = results(model.asked[1])
    assert whole["content"] == "A"
    assert cut["is_error"] and "cut in the middle of this call" in cut["content"]


def test_a_text_that_was_cut_is_gone_on_with(box: Toolbox, here: Place) -> None:
    model = Scripted(says("Once upon", stop="max_tokens"), says("a time.", stop="pause_turn"), says("The end."))
    assert Mind(model, here).work("Go.", box) == "The end."
    assert [message["role"] for message in model.asked[2].messages] == ["user", "assistant", "user", "assistant"]


STOPS = ("end_turn", "stop_sequence", "max_tokens", "tool_use", "pause_turn", "compaction", FULL, "something_new")


@pytest.mark.parametrize("stop", STOPS)
def test_no_stop_reason_loses_the_calls_that_came_whole(box: Toolbox, here: Place, stop: str) -> None:
    model = Scripted(calls(("shout", {"word": "a"}), ("shout", {"word": "b"}), stop=stop), says("Bye."))
    assert Mind(model, here).work("Go.", box) == "Bye."
    assert "'content': 'A'" in texts(model.asked[1]) or stop == FULL  # there the room was too small for all


def test_an_empty_answer_is_not_sent_back(box: Toolbox, here: Place) -> None:
    model = Scripted(Reply([], "max_tokens"), says("Bye."))
    Mind(model, here).work("Go.", box)
    assert [message["role"] for message in model.asked[1].messages] == ["user", "user"]


def test_a_question_answered_by_talk_is_asked_once_more(here: Place) -> None:
    model = Scripted(says("Hm."), calls(("stop", {"why": "enough"})))
    assert Mind(model, here).ask("Why?", "stop", Stop) == Stop(why="enough")


def test_a_question_answered_by_talk_twice_has_no_answer(here: Place) -> None:
    model = Scripted(says("Hm."), says("Hm!"))
    with pytest.raises(NoAnswer, match="calling stop"):
        Mind(model, here).ask("Why?", "stop", Stop)
    assert len(model.asked) == 2


def test_after_wind_down_one_last_answer_is_asked_for_and_runs_nothing(box: Toolbox, here: Place) -> None:
    model = Scripted(
        calls(("shout", {"word": "a"}), wind_down=True), calls(("shout", {"word": "b"}), ("stop", {"why": "c"}))
    )
    mind = Mind(model, here)
    mind.work("Go.", box)
    assert box.answer == Stop(why="c") and box.closing
    with pytest.raises(WindDown):
        mind.ask("Why?", "stop", Stop)
    assert len(model.asked) == 2


def test_the_last_answer_may_fail_too(box: Toolbox, here: Place) -> None:
    model = Scripted(calls(("shout", {"word": "a"}), wind_down=True), NoAnswer("402"))
    with pytest.raises(NoAnswer, match="402"):
        Mind(model, here).work("Go.", box)


def test_a_refusal_has_no_answer(box: Toolbox, here: Place) -> None:
    with pytest.raises(NoAnswer, match="refusal Never"):
        Mind(Scripted(says("Never.", stop="refusal")), here).work("Go.", box)


def test_a_model_that_loops_is_told_and_then_stopped(box: Toolbox, here: Place) -> None:
    model = Scripted(*[calls(("shout", {"word": "a"}))] * 99)
    with pytest.raises(WindDown, match="repeated another"):
        Mind(model, here).work("Go.", box)
    told = [number for number, one in enumerate(model.asked) if "Turn after turn" in texts(one)]
    assert (told[0], len(model.asked)) == (6, 11)


def test_a_long_conversation_stays_within_its_bound_and_keeps_its_beginning(box: Toolbox, here: Place) -> None:
    words = [f"{number} " + "x" * 8_000 for number in range(24)]
    model = Scripted(*[calls(("shout", {"word": word})) for word in words], says("Bye."))
    assert Mind(model, here).work("The goal is gold.", box) == "Bye."
    sizes = [size(one.messages) for one in model.asked]
    assert max(sizes) <= BOUND
    assert sum(now < before for before, now in pairwise(sizes)) < 8  # each one costs the cache
    for one in model.asked:
        assert "The goal is gold." in str(one.messages[0])
        assert paired(one.messages)
    assert words[-1].upper() in texts(model.asked[-1])


def test_a_context_that_is_full_is_cut_and_the_work_goes_on(box: Toolbox, here: Place) -> None:
    turns = [calls(("shout", {"word": f"{number} " + "x" * 3000})) for number in range(6)]
    model = Scripted(*turns, says("Hm", stop="model_context_window_exceeded"), says("Bye."))
    assert Mind(model, here).work("The goal is gold.", box) == "Bye."
    assert size(model.asked[-1].messages) < size(model.asked[-2].messages) / 2
    assert "The goal is gold." in str(model.asked[-1].messages[0])


def paired(messages: list[Block]) -> bool:
    """Whether every result follows the call that it answers, as the API wants it."""
    for before, after in zip([{"content": []}, *messages], messages, strict=False):
        asked = {block["id"] for block in before["content"] if block["type"] == "tool_use"}
        if asked != {block["tool_use_id"] for block in after["content"] if block["type"] == "tool_result"}:
            return False
    return True
