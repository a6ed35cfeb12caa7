"""How a life talks with a model that does not always behave."""

from pathlib import Path
from typing import ClassVar

import pytest

from agent.errors import NoAnswer, WindDown
from agent.mind import TURNS, Mind
from agent.model import Reply
from agent.place import Place
from agent.toolbox import Tool, Toolbox
from tests.agent.fakes import Scripted, calls, place, results, says


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


def test_calls_of_one_turn_run_in_order_and_are_answered_together(box: Toolbox) -> None:
    model = Scripted(calls(("shout", {"word": "a"}), ("shout", {"word": "b"})), says("Bye."))
    assert Mind(model).work("Go.", box) == "Bye."
    assert [one["content"] for one in results(model.asked[1])] == ["A", "B"]


def test_wrong_calls_are_answered_with_what_to_do(box: Toolbox) -> None:
    model = Scripted(calls(("whisper", {}), ("shout", {"wort": 1})), says("Bye."))
    Mind(model).work("Go.", box)
    unknown, wrong = results(model.asked[1])
    assert unknown["is_error"] and unknown["content"] == "there is no tool whisper; there are: shout, stop"
    assert wrong["is_error"] and "word: Field required" in wrong["content"] and "call shout again" in wrong["content"]


def test_a_call_that_was_cut_is_not_run(box: Toolbox) -> None:
    model = Scripted(calls(("shout", {"word": "a"}), ("stop", {"why": "b"}), stop="max_tokens"), says("Bye."))
    Mind(model).work("Go.", box)
    whole, cut = results(model.asked[1])
    assert whole["content"] == "A"
    assert cut["is_error"] and "cut before this call was complete" in cut["content"]


def test_a_text_that_was_cut_is_gone_on_with(box: Toolbox) -> None:
    model = Scripted(says("Once upon", stop="max_tokens"), says("a time.", stop="pause_turn"), says("The end."))
    assert Mind(model).work("Go.", box) == "The end."
    assert [message["role"] for message in model.asked[2].messages] == ["user", "assistant", "user", "assistant"]


def test_an_empty_answer_is_not_sent_back(box: Toolbox) -> None:
    model = Scripted(Reply([], "max_tokens"), says("Bye."))
    Mind(model).work("Go.", box)
    assert [message["role"] for message in model.asked[1].messages] == ["user", "user"]


def test_a_question_answered_by_talk_is_asked_once_more(here: Place) -> None:
    model = Scripted(says("Hm."), calls(("stop", {"why": "enough"})))
    assert Mind(model).ask("Why?", here, "stop", Stop) == Stop(why="enough")


def test_a_question_answered_by_talk_twice_has_no_answer(here: Place) -> None:
    model = Scripted(says("Hm."), says("Hm!"))
    with pytest.raises(NoAnswer, match="calling stop"):
        Mind(model).ask("Why?", here, "stop", Stop)
    assert len(model.asked) == 2


def test_after_wind_down_the_model_is_not_asked_again(box: Toolbox, here: Place) -> None:
    model = Scripted(calls(("shout", {"word": "a"}), wind_down=True))
    mind = Mind(model)
    with pytest.raises(WindDown):
        mind.work("Go.", box)
    with pytest.raises(WindDown):
        mind.ask("Why?", here, "stop", Stop)
    assert len(model.asked) == 1


def test_a_refusal_has_no_answer(box: Toolbox) -> None:
    with pytest.raises(NoAnswer, match="refusal Never"):
        Mind(Scripted(says("Never.", stop="refusal"))).work("Go.", box)


def test_a_model_that_loops_is_stopped(box: Toolbox) -> None:
    model = Scripted(*[calls(("shout", {"word": "a"}))] * (TURNS + 1))
    with pytest.raises(WindDown, match="not done"):
        Mind(model).work("Go.", box)
    assert len(model.asked) == TURNS
