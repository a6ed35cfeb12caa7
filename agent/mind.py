"""How a life talks with a model: a conversation with tools, or a question that a tool call answers."""

import json
from typing import Any, TypeVar

from agent.errors import NoAnswer, WindDown
from agent.model import CUT, FULL, Block, Model, Request, said, user
from agent.place import Place
from agent.prompts import prompt
from agent.text import clip
from agent.toolbox import Tool, Toolbox
from agent.watch import Watch

BOUND = 160_000  # bytes of a conversation
KEPT = 6  # newest messages that stay whole
SHOWN = 400  # characters left of what is cut
T = TypeVar("T", bound=Tool)


class Mind:
    """`closing`: the budget is nearly used; a conversation gets one last answer."""

    def __init__(self, model: Model, place: Place) -> None:
        self._model, self._place, self._system = model, place, prompt("system")
        self.closing = False

    def ask(self, text: str, name: str, shape: type[T]) -> T:
        for words in (text, f"{text}\n\n{prompt('only_talked')}"):
            tools = Toolbox(self._place, {name: shape})
            self.work(words, tools, "medium")
            if isinstance(tools.answer, shape):
                return tools.answer
        raise NoAnswer(f"the model did not answer by calling {name}")

    def work(self, text: str, tools: Toolbox, effort: str = "high") -> str:
        """A conversation until a tool ends it or none is called; the last words. Raises NoAnswer."""
        messages, watch = [user([], text)], Watch(self._place.birth.limits)
        most = min(BOUND, 2 * self._place.birth.models[0].context)
        while not self.closing or tools.closing:
            reply = self._model.reply(Request(self._system, list(messages), tools.offers(), effort))
            self.closing |= reply.wind_down
            if reply.stop == "refusal":
                raise NoAnswer(f"the model stopped: refusal {reply.text}")
            results = [tools.run(call) for call in reply.calls]
            if tools.answer or tools.closing or not (results or reply.stop in (*CUT, "pause_turn", "compaction")):
                return reply.text
            tools.closing = self.closing
            words = [watch.told(reply, results, self._place.steps[-1])]
            words += [prompt("go_on")] * (reply.stop in CUT and not results) + [prompt("farewell")] * self.closing
            turn = (said(reply), user(results, "\n".join(filter(None, words))))
            messages += [one for one in turn if one["content"]]
            messages = bounded(messages, min(most, size(messages) - 1) if reply.stop == FULL else most)
        raise WindDown("the budget is nearly used")


def size(messages: list[Block]) -> int:
    return len(json.dumps(messages))


def bounded(messages: list[Block], bound: int) -> list[Block]:
    """Cuts all old results at once, for each cut costs what was cached; then turns become lines."""
    if size(messages) <= bound:
        return messages
    first, rest = messages[0], messages[1:]
    old = [{**one, "content": [shorter(block) for block in one["content"]]} for one in rest[:-KEPT]]
    found = [first, *old, *rest[-KEPT:]]
    if size(found) <= bound:
        return found
    lines = "\n".join(cut(json.dumps(message["content"])) for message in found[1:])
    return [user(first["content"], prompt("cut", lines=clip(lines, bound // 4)))]


def shorter(block: Block) -> Block:
    if block["type"] == "tool_use":
        return {**block, "input": {name: cut(value) for name, value in block["input"].items()}}
    return {**block, "content": cut(block["content"])} if block["type"] == "tool_result" else block


def cut(value: Any) -> Any:
    return clip(value, SHOWN, rest="call again for it") if isinstance(value, str) else value
