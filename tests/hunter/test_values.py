"""Which values are pinned, how they are written, and which look like a mistake."""

import ast
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

from controller.contract import Birth, Goal
from hunter.calling import Outcome, valued
from hunter.expression import Expression, express
from hunter.pin import test as pinned
from hunter.source import Function
from hunter.strategies import typed
from hunter.suspicion import suspicion, unsteady
from hunter.wording import name
from tests.controller.conftest import ROOT


@dataclass
class Local:
    """A record that no test could import."""

    number: int


class Loud(str):
    """Not a plain text."""


WRITTEN: list[tuple[Any, str]] = [
    (None, "None"), (True, "True"), (-3, "-3"), ("it's", '"it\'s"'), ("plain", '"plain"'), ([1, ("a",)], '[1, ("a",)]'),
    ({"b": {2, 1}}, '{"b": {1, 2}}'), (set(), "set()"), (Path("a/b"), 'Path("a/b")'),
    (Goal(title="t"), 'Goal(title="t")'), (b"x", 'b"x"'),
]  # fmt: skip


@pytest.mark.parametrize(("value", "text"), WRITTEN)
def test_plain_value_is_written_and_read(value: Any, text: str) -> None:
    written = express(value)
    assert written is not None
    assert (written.text, written.value()) == (text, value)


def test_long_text_is_written_in_pieces() -> None:
    text = "word " * 38 + "\n'"
    written = express({"a": [text]})
    assert written is not None and written.value() == {"a": [text]}
    source = "def cut(text):\n    return text\n"
    (node,) = ast.parse(source).body
    assert isinstance(node, ast.FunctionDef)
    made = pinned(Function("agent.m", "agent/m.py", source, node), {"text": written}, valued(text), "`a` becomes `b`")
    words = [sys.executable, "-m", "ruff"]
    done = subprocess.run([*words, "format", "-"], input=made, capture_output=True, text=True, check=True, cwd=ROOT)
    words += ["check", "--select", "E501", "-"]
    found = subprocess.run(words, input=done.stdout, capture_output=True, text=True, check=False, cwd=ROOT)
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize(
    "value", [object(), Local(1), Loud("x"), lambda: 1, "\x1b[0m", "x" * 400, float("nan"), 10**15]
)
def test_values_without_plain_text_stay_unwritten(value: Any) -> None:
    assert express(value) is None


@pytest.mark.parametrize("value", [1.5, [0.1], "x" * 201, object(), (Loud("a"),)])
def test_floats_texts_objects_answer_nothing(value: Any) -> None:
    assert valued(value).kind == "none"


SUSPECT = [
    ({"name": None}, "Hello None"),
    ({"parts": []}, "got []"),
    ({"counts": {"a": 1}}, ["a: 1", "b: nan"]),
    ({"text": "abc", "limit": 2}, "ab…"),
]


@pytest.mark.parametrize(("arguments", "answer"), SUSPECT)
def test_answers_like_mistakes_are_suspected(arguments: dict[str, Any], answer: Any) -> None:
    assert suspicion(arguments, answer)


SOUND = [
    ({"name": "None"}, "None"),
    ({"name": "None"}, "Hello None"),
    ({"flag": True}, "Trueness"),
    ({"count": None}, None),
    ({"text": "abc", "limit": 3}, "abc"),
]


@pytest.mark.parametrize(("arguments", "answer"), SOUND)
def test_a_sound_answer_is_not_suspected(arguments: dict[str, Any], answer: Any) -> None:
    assert suspicion(arguments, answer) == ""


@pytest.mark.parametrize("answer", ["<a.B object at 0x7f00aa11>", "on 2026-11-21", "/tmp/x", "key-4aaddd3e39b3"])
def test_addresses_dates_hashes_are_unsteady(answer: str) -> None:
    assert unsteady({"n": 1}, answer)
    assert not unsteady({"text": answer}, answer)


NAMES = [
    ("clip", "abc", "test_clip_gives_abc"),
    ("clip", "", "test_clip_gives_nothing"),
    ("clip", "a\nb", "test_clip_gives_a_text"),
    ("clip", "x" * 40, "test_clip_gives_a_text"),
    ("is_free", False, "test_is_free_says_no"),
    ("_count", -3, "test_count_gives_minus_3"),
    ("pairs", [], "test_pairs_gives_nothing"),
    ("pairs", [("a", 1)], "test_pairs_gives_one_item"),
    ("pairs", {"a": 1, "b": 2}, "test_pairs_gives_2_items"),
    ("goal", Goal(title="t"), "test_goal_makes_goal"),
]


@pytest.mark.parametrize(("function", "answer", "expected"), NAMES)
def test_a_pin_is_named_by_its_fact(function: str, answer: Any, expected: str) -> None:
    assert name(function, valued(answer)) == expected


def test_a_refusal_is_pinned_with_its_words() -> None:
    node = ast.parse("def halve(n: int) -> int: ...").body[0]
    assert isinstance(node, ast.FunctionDef)
    refusal = Outcome("raise", Expression('"odd"'), "ValueError", "builtins")
    text = pinned(Function("agent.sums", "agent/sums.py", "", node), {"n": Expression("3")}, refusal, "`x` is deleted")
    assert "def test_halve_refuses() -> None:" in text
    assert "    with pytest.raises(ValueError) as refusal:\n        halve(n=3)\n" in text
    assert 'assert str(refusal.value) == "odd"' in text


GUARDED = """
import json, sys
from hunter.calling import Guard
from hunter.expression import Expression
from pathlib import Path
def write(path: str) -> None: Path(path).write_text("x")
def run(path: str) -> None:
    import subprocess
    subprocess.run(["touch", path])
def hang(path: str) -> None:
    while True: pass
def accident(path: str) -> str: return path[9999]
guard, given = Guard(), {"path": Expression(repr(sys.argv[1]))}
print(json.dumps([guard.call(one, given).why for one in (write, run, hang, accident)]))
"""


def test_calls_that_reach_out_are_stopped(tmp_path: Path) -> None:
    target = tmp_path / "x"
    done = subprocess.run(
        [sys.executable, "-c", GUARDED, str(target)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    why = json.loads(done.stdout)
    assert why[:1] == ["stopped: open"]
    assert why[1].startswith("stopped: ")
    assert why[2:] == ["stopped: time", "accident"]
    assert not target.exists()


def test_arguments_of_plain_types_are_repeatable() -> None:
    def told(birth: Birth, where: Path, share: float) -> str:
        return f"{birth.run} {where} {share}"

    assert isinstance(told, FunctionType)
    made = list(typed(told, ["a word"], [], 60))
    assert len(made) >= 10
    assert {type(one["birth"].value()) for one in made} == {Birth}
    assert all(isinstance(one["where"].value(), Path) for one in made)
    assert made == list(typed(told, ["a word"], [], 60))
