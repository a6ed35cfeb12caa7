"""How a life talks with a model: a conversation with tools, or a question that a tool call answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from agent.errors import NoAnswer, TooLong, WindDown
from agent.models.messages import FULL, Block, Model, Reply, Request, said, user
from agent.progress import Progress, Turn
from agent.prompts import prompt
from agent.toolbox import Tool, Toolbox, ToolResult
from agent.window import BOUND, bounded, shrink, size
from agent.workspace import Workspace

PAUSES = ("pause_turn", "compaction")  # stop reasons after which a model goes on by itself
T = TypeVar("T", bound=Tool)


@dataclass(frozen=True)
class End:
    """How a conversation ended: the last words, and the call that ended it, if any.

    `refused`: why the work was refused once too often. `is_last`: the budget is nearly used, no other may follow.
    """

    words: str
    answer: Tool | None = None
    refused: str = ""
    is_last: bool = False

    @property
    def only_talked(self) -> bool:
        """Whether no tool was called where one could have been."""
        return self.answer is None and not self.refused and not self.is_last


class Conversations:
    """The conversations of one life, each from the beginning, until its budget is nearly used."""

    def __init__(self, model: Model, workspace: Workspace, system: str = "system") -> None:
        """`system`: the name of the prompt that stands before all."""
        self._model, self._workspace, self._system = model, workspace, prompt(system)
        self._is_over = False  # the budget is nearly used
        self._bound = min(BOUND, 2 * workspace.birth.models[0].context)

    def ask(self, text: str, toolbox: Toolbox, shape: type[T]) -> T:
        """The one call that answers a question; words alone are answered once. Raises NoAnswer."""
        end = self.hold(text, toolbox, "medium", reminders=1)
        if isinstance(end.answer, shape):
            return end.answer
        raise NoAnswer(end.refused or f"the model did not answer by calling {toolbox.offers()[0]['name']}")

    def hold(self, text: str, toolbox: Toolbox, effort: str = "high", reminders: int = 0) -> End:
        """A conversation until a tool ends it, or none is called more often than `reminders`. Raises NoAnswer."""
        if self._is_over:
            raise WindDown("the budget is nearly used")
        messages = [user([], text)]
        progress = Progress(self._workspace.birth.limits)
        while True:
            is_last = self._is_over
            reply, messages = self._answer(messages, toolbox, effort)
            results = [toolbox.run(call, only_note=is_last) for call in reply.calls]
            end = end_of(reply, results, is_last)
            if end is not None and not (end.only_talked and reminders):
                return end
            words = [progress.note(Turn(reply, results, self._workspace.steps[-1]))]
            reminders -= end is not None
            due = {"only_talked": end is not None, "go_on": reply.is_cut and not results, "farewell": self._is_over}
            words += [prompt(name) for name, is_due in due.items() if is_due]
            messages = self._continued(messages, reply, results, words)

    def _answer(self, messages: list[Block], toolbox: Toolbox, effort: str) -> tuple[Reply, list[Block]]:
        """The model's reply, and what it replied to: a shorter conversation where this one is too long for it."""
        while True:
            try:
                reply = self._model.reply(Request(self._system, list(messages), toolbox.offers(), effort))
            except TooLong:
                less = shrink(messages, self._workspace.plan)
                if size(less) >= size(messages):
                    raise
                messages = less
                continue
            if reply.wind_down:
                self._is_over = True
            if reply.stop == "refusal":
                raise NoAnswer(f"the model stopped: refusal {reply.text}")
            return reply, messages

    def _continued(
        self, messages: list[Block], reply: Reply, results: Sequence[ToolResult], words: Sequence[str]
    ) -> list[Block]:
        """The conversation with one more turn, within its bound."""
        blocks = [result.block() for result in results]
        spoken = "\n".join(part for part in words if part)
        turn = (said(reply), user(blocks, spoken))
        longer = [*messages, *(message for message in turn if message["content"])]
        if reply.stop == FULL:
            longer = shrink(longer, self._workspace.plan)
        return bounded(longer, self._bound, self._workspace.plan)


def end_of(reply: Reply, results: Sequence[ToolResult], is_last: bool) -> End | None:
    """How this answer ends the conversation; None where it goes on."""
    for result in results:
        if result.refused:
            return End(reply.text, refused=result.refused)
        if result.answer is not None:
            return End(reply.text, result.answer, is_last=is_last)
    if is_last:
        return End(reply.text, is_last=True)
    if results or reply.is_cut or reply.stop in PAUSES:
        return None
    return End(reply.text)
