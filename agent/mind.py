"""How a life thinks with a model: one question that wants a shape, or a conversation with tools."""

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from agent.errors import NoAnswer, ToolError, WindDown
from agent.model import Block, Model, Reply, Request, following, result, user
from agent.prompts import prompt
from agent.tools import Toolbox
from agent.tools.base import offer, problems, snake_case

TURNS = 60  # replies in one conversation
ASKED = 2  # times that a shape is asked for
GO_ON = {"max_tokens": prompt("go_on"), "pause_turn": ""}  # stops that are not an end, and what to say then
S = TypeVar("S", bound=BaseModel)


class Mind:
    """A model with the rules that hold for the whole life."""

    def __init__(self, model: Model, system: str, typed: bool) -> None:
        self._model, self._system, self._typed = model, system, typed
        self._closing = False

    def ask(self, text: str, shape: type[S]) -> S:
        """One question whose answer has a shape: the only tool that is offered. Raises NoAnswer."""
        name = snake_case(shape.__name__)
        messages, problem = [user(text)], ""
        for _ in range(ASKED):
            reply = self._reply(messages, [offer(name, shape)])
            try:
                return read_shape(reply, name, shape)
            except ToolError as error:
                problem = str(error)
                results = [result(call, problem, failed=True) for call in reply.calls]
                messages += following(reply, results or problem)
        raise NoAnswer(f"the model gave no answer of the shape that was asked for: {problem}")

    def work(self, text: str, tools: Toolbox) -> str:
        """A conversation with tools, until `done` or a reply without a call. Returns the last words.

        Raises NoAnswer.
        """
        messages = [user(text)]
        offered = tools.offers(self._typed)
        for _ in range(TURNS):
            reply = self._reply(messages, offered)
            results = [tools.run(call) for call in reply.calls]
            if tools.finished or not (results or reply.stop in GO_ON):
                return reply.text
            messages += following(reply, results or GO_ON[reply.stop])
        raise WindDown(f"the work was not done after {TURNS} turns")

    def _reply(self, messages: list[Block], tools: list[Block]) -> Reply:
        if self._closing:
            raise WindDown("the budget is nearly used")
        reply = self._model.reply(Request(self._system, tuple(messages), tools))
        self._closing = reply.wind_down
        if reply.stop == "refusal":
            raise NoAnswer(f"the model refused: {reply.text or 'without a word'}")
        if reply.stop == "model_context_window_exceeded":
            raise NoAnswer("the conversation has outgrown the model's context")
        return reply


def read_shape(reply: Reply, name: str, shape: type[S]) -> S:
    """The answer in a reply. Raises ToolError, which says what to do."""
    call = next((call for call in reply.calls if call.name == name), None)
    if call is None:
        raise ToolError(f"Answer by calling the tool {name}; text alone cannot be read here.")
    if call.cut:
        raise ToolError(f"The answer was cut before {name} was complete; send a shorter one.")
    try:
        return shape.model_validate(call.input)
    except ValidationError as error:
        raise ToolError(f"{name}: {problems(error)}; mend this and call {name} again.") from error
