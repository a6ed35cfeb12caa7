"""How a life talks with a model: in a conversation with tools, or by one question that a tool call answers."""

from typing import TypeVar

from agent.errors import NoAnswer, WindDown
from agent.model import Block, Model, Reply, Request, following, user
from agent.place import Place
from agent.prompts import prompt
from agent.toolbox import Tool, Toolbox

TURNS = 60  # replies in one conversation
GO_ON = {"max_tokens": "Your answer was cut at its longest. Go on where it stopped.", "pause_turn": ""}
ONLY_TALKED = "Answer by calling the tool that is offered; text alone cannot be read here."
T = TypeVar("T", bound=Tool)


class Mind:
    def __init__(self, model: Model) -> None:
        self._model, self._system = model, prompt("system", {})
        self._closing = False

    def ask(self, text: str, place: Place, name: str, shape: type[T]) -> T:
        """One question, asked twice at most. Raises NoAnswer."""
        tools = Toolbox(place, {name: shape})
        self._talk(text, tools, 2, ONLY_TALKED)
        if isinstance(tools.answer, shape):
            return tools.answer
        raise NoAnswer(f"the model did not answer by calling {name}")

    def work(self, text: str, tools: Toolbox) -> str:
        """A conversation until a tool ends it or none is called; the last words. Raises NoAnswer."""
        words = self._talk(text, tools, TURNS, "")
        if words is None:
            raise WindDown(f"the work was not done after {TURNS} turns")
        return words

    def _talk(self, text: str, tools: Toolbox, turns: int, urge: str) -> str | None:
        messages, offered = [user(text)], tools.offers()
        for _ in range(turns):
            reply = self._reply(messages, offered)
            results = [tools.run(call) for call in reply.calls]
            words = GO_ON.get(reply.stop, urge)
            if tools.answer or not (results or words or reply.stop in GO_ON):
                return reply.text
            messages += following(reply, results or words)
        return None

    def _reply(self, messages: list[Block], tools: list[Block]) -> Reply:
        if self._closing:
            raise WindDown("the budget is nearly used")
        reply = self._model.reply(Request(self._system, list(messages), tools))
        self._closing = reply.wind_down
        if reply.stop in ("refusal", "model_context_window_exceeded"):
            raise NoAnswer(f"the model stopped: {reply.stop} {reply.text}")
        return reply
