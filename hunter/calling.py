"""One call of a function under guard: an alarm, no input and output, and what came of it in plain text."""

import builtins
import dis
import importlib
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import FrameType, TracebackType
from typing import Any

from .expression import Expression, express

CALL_SECONDS, WAITING = 0.2, 2.0  # of the processor, and of the clock
ANSWER_CHARS = 200
READS = (".py", ".pyc", ".so")  # what a late import opens
FORBIDDEN = (
    "open",
    "os.",
    "subprocess.",
    "socket.",
    "shutil.",
    "tempfile.",
    "ctypes.",
    "sqlite3.",
    "pty.",
    "webbrowser.",
)


class Stopped(BaseException):
    """The call took too long, or wanted to reach outside. No function under test catches this."""


@dataclass(frozen=True)
class Outcome:
    """What a call came to: "value" (its text), "raise" (a deliberate exception) or "none" (nothing to pin)."""

    kind: str
    expression: Expression = field(default_factory=lambda: Expression("None"))
    type: str = ""  # of a value; of an exception, its name
    module: str = ""
    why: str = ""  # what is wrong with "none"


class Guard:
    """While `on`, whatever reaches outside the process ends the call. The hook stays for the process's life."""

    def __init__(self) -> None:
        self.on = False
        sys.addaudithook(self._hook)
        for one in (signal.SIGPROF, signal.SIGALRM):
            signal.signal(one, self._alarm)

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.on or not event.startswith(FORBIDDEN):
            return
        if event == "open" and str(arguments[0]).endswith(READS) and not set(str(arguments[1])) & set("wax+"):
            return
        self.on = False
        raise Stopped(event)

    def _alarm(self, _number: int, _frame: FrameType | None) -> None:
        raise Stopped("time")

    def call(self, function: Callable[..., Any], arguments: Mapping[str, Expression]) -> Outcome:
        """Call with fresh arguments."""
        given = {name: one.value() for name, one in arguments.items()}
        signal.setitimer(signal.ITIMER_PROF, CALL_SECONDS)
        signal.setitimer(signal.ITIMER_REAL, WAITING)
        self.on = True
        try:
            answer = function(**given)
        except Stopped as stopped:
            return Outcome("none", why=f"stopped: {stopped}")
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever the function raises is what came of it
            self.on = False
            return raised(error)
        finally:
            self.on = False
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)
        return valued(answer)


def valued(answer: Any) -> Outcome:
    """A value that can be pinned: short, exact, equal to what its text makes."""
    expression = express(answer, ANSWER_CHARS)
    if expression is None or holds_float(answer):
        return Outcome("none", why="not plain")
    again = expression.value()
    if type(again) is not type(answer) or again != answer:
        return Outcome("none", why="not equal to its own text")
    return Outcome("value", expression, type(answer).__name__)


def holds_float(value: Any) -> bool:
    """Whether an exact float is in it."""
    if isinstance(value, dict):
        return any(holds_float(inner) for pair in value.items() for inner in pair)
    if isinstance(value, list | tuple | set | frozenset):
        return any(holds_float(inner) for inner in value)
    return isinstance(value, float)


def raised(error: BaseException) -> Outcome:
    """An exception that can be pinned: raised on purpose by code of the genome, with a plain message."""
    kind, message = type(error), str(error)
    expression = express(message, ANSWER_CHARS)
    if not deliberate(error.__traceback__):
        return Outcome("none", type=kind.__name__, why="accident")
    home = importlib.import_module(kind.__module__)
    known = kind.__module__.startswith("agent.") or hasattr(builtins, kind.__name__)
    if expression is None or not message or not known or getattr(home, kind.__name__, None) is not kind:
        return Outcome("none", type=kind.__name__, why="not plain")
    return Outcome("raise", expression, kind.__name__, kind.__module__)


def deliberate(traceback: TracebackType | None) -> bool:
    """Whether the innermost frame is the genome's, at a `raise` of its own."""
    if traceback is None:
        return False
    while traceback.tb_next is not None:
        traceback = traceback.tb_next
    code = traceback.tb_frame.f_code
    return "agent/" in code.co_filename and code.co_code[traceback.tb_lasti] == dis.opmap["RAISE_VARARGS"]
