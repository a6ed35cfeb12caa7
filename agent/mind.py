"""How a life talks with a model: in a conversation with tools, or by one question that a tool call answers."""

import json
from typing import Any, TypeVar

from agent.errors import NoAnswer, WindDown
from agent.model import CUT, FULL, Block, Model, Reply, Request, said, user
from agent.place import Place
from agent.prompts import prompt
from agent.text import clip
from agent.toolbox import Tool, Toolbox

TURNS = 80  # replies in the conversations of a life
BOUND = 160_000  # bytes of a conversation
KEPT = 6  # newest messages that stay whole
SHOWN = 400  # characters left of what is cut
SAME = 3  # calls with the same result until that is pointed out; at twice that it ends
T = TypeVar("T", bound=Tool)


class Mind:
    """`closing`: the budget is nearly used; a conversation gets one last answer."""

    def __init__(self, model: Model, place: Place) -> None:
        self._model, self._place, self._system = model, place, prompt("system")
        self._turns, self.closing = 0, False

    def ask(self, text: str, name: str, shape: type[T]) -> T:
        tools, messages = Toolbox(self._place, {name: shape}), [user([], text)]
        for _ in range(2):
            reply, results = self._turn(messages, tools, "medium")
            if isinstance(tools.answer, shape):
                return tools.answer
            add(messages, reply, results, prompt("only_talked"))
        raise NoAnswer(f"the model did not answer by calling {name}")

    def work(self, text: str, tools: Toolbox) -> str:
        """A conversation until a tool ends it or none is called; the last words. Raises NoAnswer."""
        messages, seen = [user([], text)], list[str]()
        most = min(BOUND, 2 * self._place.birth.models[0].context)
        while self._turns < TURNS:
            self._turns += 1
            reply, results = self._turn(messages, tools, "high")
            if tools.answer or tools.closing or not (results or reply.stop in (*CUT, "pause_turn", "compaction")):
                return reply.text
            tools.closing = self.closing
            made = [(call.name, call.input) for call in reply.calls]
            words = [repeated(seen, f"{made or reply.text} {[one['content'] for one in results]}")]
            words += [prompt("go_on")] * (reply.stop in CUT and not made) + [prompt("farewell")] * self.closing
            add(messages, reply, results, "\n".join(filter(None, words)))
            messages = bounded(messages, min(most, size(messages) - 1) if reply.stop == FULL else most)
        raise WindDown(f"the work was not done after {TURNS} turns")

    def _turn(self, messages: list[Block], tools: Toolbox, effort: str) -> tuple[Reply, list[Block]]:
        if self.closing and not tools.closing:
            raise WindDown("the budget is nearly used")
        reply = self._model.reply(Request(self._system, list(messages), tools.offers(), effort))
        self.closing |= reply.wind_down
        if reply.stop == "refusal":
            raise NoAnswer(f"the model stopped: refusal {reply.text}")
        return reply, [tools.run(call) for call in reply.calls]


def add(messages: list[Block], reply: Reply, results: list[Block], words: str) -> None:
    messages += [one for one in (said(reply), user(results, words)) if one["content"]]


def size(messages: list[Block]) -> int:
    return len(json.dumps(messages))


def bounded(messages: list[Block], bound: int) -> list[Block]:
    """Past the bound old results are cut, to half of it: each cut costs what was cached. Then turns become lines."""
    if size(messages) <= bound:
        return messages
    found = list(messages)
    for index in range(1, len(found) - KEPT):
        if size(found) > bound // 2:
            found[index] = {**found[index], "content": [shorter(block) for block in found[index]["content"]]}
    if size(found) <= bound:
        return found
    lines = "\n".join(cut(json.dumps(message["content"])) for message in found[1:])
    return [user(found[0]["content"], prompt("cut", lines=clip(lines, bound // 4)))]


def shorter(block: Block) -> Block:
    if block["type"] == "tool_use":
        return {**block, "input": {name: cut(value) for name, value in block["input"].items()}}
    return {**block, "content": cut(block["content"])} if block["type"] == "tool_result" else block


def cut(value: Any) -> Any:
    return clip(value, SHOWN, rest="call again for it") if isinstance(value, str) else value


def repeated(seen: list[str], turn: str) -> str:
    """What to say of a turn that is as those before it, calls and results. Raises WindDown."""
    seen.append(turn)
    if (count := seen.count(turn)) >= 2 * SAME:
        raise WindDown(f"stopped: the same calls with the same results, {count} times")
    return prompt("same", count=str(count)) if count >= SAME else ""
