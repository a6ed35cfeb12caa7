"""The upstream `embedded`: answers every request of a life from the request alone."""

import json
import shlex
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from controller.contract import ModelInfo, one_line
from controller.gateway.admission import Admission
from controller.gateway.upstreams.embedded.fill import fill, fitted
from controller.gateway.upstreams.embedded.program import END, program
from controller.gateway.upstreams.embedded.talk import Turn, hunted, turns
from controller.gateway.upstreams.upstream import JSON, Reply

MODEL = ModelInfo(id="embedded", context=1_000_000, output=128_000)
SECONDS = 90.0  # of the processor, to look for a find; proving it comes on top
WALL, WALL_UNTOLD = 480.0, 90.0  # of the clock, in all: where a bash takes a `timeout`, and where its own is unknown
SPARE = 30.0  # that a bash may take longer than the hunt in it
SHARE = 4  # the hunt takes no more than this part of what is left of the life
EDITOR = "str_replace_based_edit_tool"
PASSED = "passed"  # what the first line of a check's answer begins with
TAKE_BACK = "rm -f"
HOLDS = "the new test holds"
MOST_TURNS = 12

Step = tuple[str, tuple[str, JSON] | None]  # what is said, and the tool that is called


def make(addresses: Sequence[str], keys: Mapping[str, str | None]) -> "Embedded":
    """The upstream `embedded`."""
    return Embedded()


class Embedded:
    """Hunts for a change that no test notices, has it pinned, and hands it off. Keeps nothing between requests."""

    name = "embedded"
    paid = False

    def __init__(self, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock

    def models(self) -> tuple[ModelInfo, ...]:
        """The one model it offers."""
        return (MODEL,)

    def reply(self, request: JSON, admission: Admission) -> Reply:
        """The next step of the life that asks."""
        tools = {str(tool["name"]): tool.get("input_schema") or {} for tool in request.get("tools", [])}
        if "bash" in tools:
            step = self._work(turns(request["messages"]), admission, tools)
        elif tools:
            step = fill_tool(request, tools)
        else:
            step = fill_schema(request)
        said, call = step
        content: list[JSON] = []
        if said:
            content.append({"type": "text", "text": said})
        if call is None:
            return Reply(content)
        name, given = call
        number = len(request["messages"])
        block_id = f"toolu_{admission.generation:04d}_{number:04d}"
        content.append({"type": "tool_use", "id": block_id, "name": name, "input": given})
        return Reply(content, "tool_use")

    def _work(self, done: list[Turn], admission: Admission, tools: Mapping[str, JSON]) -> Step:
        """The next step of the conversation with tools."""
        if not done:
            return self._hunt(admission, tools["bash"])
        if len(done) > MOST_TURNS:
            return "this leads nowhere", None
        answer = hunt_answer(done)
        if answer is None:
            return end(tools, f"the hunt gave no answer: {one_line(done[-1].answer[-300:], 200)}")
        if not answer.get("find"):
            return end(tools, nothing(answer), suspected(answer))
        return after_find(done[-1], answer, tools)

    def _hunt(self, admission: Admission, bash: JSON) -> Step:
        """The hunt itself, in the time that the tool and the life have for it."""
        most = WALL if "timeout" in bash.get("properties", {}) else WALL_UNTOLD
        wall = min(most, max(1.0, (admission.deadline - self._clock()) / SHARE))
        command = program(f"{admission.seed} {admission.tree} {admission.generation}", self._seconds, wall)
        given = fitted(bash, {"command": command, "timeout": wall + SPARE})
        return "I look for a change of agent/ that no test notices.", ("bash", given)


def fill_tool(request: JSON, tools: Mapping[str, JSON]) -> Step:
    """A call of the tool that is asked for, else of the first; its fields are filled."""
    name = request.get("tool_choice", {}).get("name")
    if name not in tools:
        name = next(iter(tools))
    return "", (name, fill(tools[name]))


def fill_schema(request: JSON) -> Step:
    """Text: JSON of the schema that is asked for, if one is."""
    schema = (request.get("output_config", {}).get("format") or {}).get("schema")
    if not schema:
        return "There is nothing to add.", None
    return json.dumps(fill(schema)), None


def hunt_answer(done: list[Turn]) -> JSON | None:
    """What the first hunt of a conversation printed; None where none did."""
    for turn in done:
        answer = hunted(turn.answer)
        if answer is not None:
            return answer
    return None


def after_find(last: Turn, answer: JSON, tools: Mapping[str, JSON]) -> Step:
    """Write the pin, check it, hand it off; or take it back."""
    find = answer["find"]
    if hunted(last.answer) is not None:
        said = f"No test notices when {find['what']} ({find['function']}). I write the test that does."
        if EDITOR in tools:
            given = {"command": "create", "path": find["path"], "file_text": find["test"]}
            return said, (EDITOR, fitted(tools[EDITOR], given))
        return said, ("bash", fitted(tools["bash"], {"command": written(find["path"], find["test"])}))
    if last.name == "bash" and last.input.get("command", "").startswith(TAKE_BACK):
        lesson = "a pin that held alone was taken back: the check of the whole did not pass with it"
        return end(tools, f"not pinned, {find['function']}: {find['what']}", lesson)
    if not well(last):
        command = f"{TAKE_BACK} {shlex.quote(find['path'])}"
        return "This does not hold; I take it back.", ("bash", fitted(tools["bash"], {"command": command}))
    if last.name == EDITOR and "check" in tools:
        return "", ("check", fitted(tools["check"], {}))
    summary = f"{find['function']}: no test noticed when {find['what']}; now one does"
    expected = f"the tests fail when {find['what']} in {find['function']}"
    return end(tools, summary, suspected(answer), outcome="code", expected=expected, mutant=find["mutant"])


def well(turn: Turn) -> bool:
    """Whether a step came out as it should."""
    if turn.failed:
        return False
    if turn.name == EDITOR:
        return "BUT" not in turn.answer
    if turn.name == "check":
        return turn.answer.lower().startswith(PASSED)
    return turn.name != "bash" or HOLDS in turn.answer


def end(tools: Mapping[str, JSON], summary: str, lesson: str = "", outcome: str = "history", **more: Any) -> Step:
    """Hand off; where the life has no tool for that, by words alone."""
    if "done" not in tools:
        return summary, None
    given = {"outcome": outcome, "summary": summary[:390], "lesson": lesson[:390], **more}
    return "", ("done", fitted(tools["done"], given))


def written(path: str, text: str) -> str:
    """A command that writes a file and runs it."""
    quoted = shlex.quote(path)
    return (
        f"mkdir -p \"$(dirname {quoted})\" && cat >{quoted} <<'{END}'\n{text.rstrip()}\n{END}\n"
        f"python -m pytest -q -p no:cacheprovider {quoted} && echo '{HOLDS}'"
    )


def nothing(answer: JSON) -> str:
    """Why there is no find, in a sentence."""
    if answer.get("problem"):
        return f"the hunt could not begin: {one_line(str(answer['problem']), 200)}"
    numbers = answer.get("numbers", {})
    tried = f"{numbers.get('mutants', 0)} changes of {numbers.get('functions', 0)} functions tried"
    if answer.get("exhausted"):
        return f"exhausted: {tried}; every one is noticed by a test, or no argument tells it from the original"
    return f"nothing found in {numbers.get('seconds', 0):g} s: {tried}"


def suspected(answer: JSON) -> str:
    """What looked like a mistake, for a later life."""
    found = answer.get("suspicions")
    if not found:
        return ""
    return one_line(f"Not pinned, for it looks like a mistake: {found[0]}", 380)
