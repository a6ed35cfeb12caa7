"""The model of the reproduction gate: it knows only what the contract says that a model may expect of a life."""

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any

from controller.contract import ModelInfo
from controller.gates.reproduction.schema_instance import NoInstance, instance
from controller.gateway.admission import Admission
from controller.gateway.upstreams.upstream import JSON, Refusal, Reply

MODEL = ModelInfo(id="stub", output=32_000)
MOST_CALLS = 150  # of one life; past them its budget is spent
VERBS = ("add", "raise", "shift", "move", "count", "grow", "step", "lift")
NOUNS = ("number", "amount", "total", "score", "index", "level", "place", "size")
WRITE = """mkdir -p agent tests/agent
cat > agent/{name}.py <<'END'
\"\"\"Numbers.\"\"\"


def {name}(number: int) -> int:
    return number + {more}
END
cat > tests/agent/test_{name}.py <<'END'
\"\"\"Numbers.\"\"\"

from agent.{name} import {name}


def test_{name}() -> None:
    assert {name}(1) == {sum}
END
"""


def words(draw: str) -> Callable[[], str]:
    """Fresh words of letters and digits, the same for the same draw."""
    count = 0

    def word() -> str:
        nonlocal count
        count += 1
        return "w" + hashlib.sha256(f"{draw} {count}".encode()).hexdigest()[:11]

    return word


class Stub:
    """Answers any request from the request alone, and listens for some words.

    `faults`: what the calls from the second on are answered with instead, the last one for ever.
    """

    name, paid = "stub", False

    def __init__(
        self, draw: str, listen: Sequence[str] = (), faults: Sequence[Refusal] = (), command: str = ""
    ) -> None:
        """`command`: what `bash` is to run, where it is not to write a module and its test below `agent/`."""
        self.word = words(draw)
        self.calls, self.first_bytes = 0, 0
        self.unheard = set(listen)
        self.problem = ""  # why the life could not be answered
        self.offered = False  # a bash was
        self._faults = faults
        number = int(hashlib.sha256(draw.encode()).hexdigest()[:8], 16)
        self.module = f"{VERBS[number % 8]}_{NOUNS[number // 8 % 8]}_{number % 997}"
        more = number % 89 + 2
        self._command = command or WRITE.format(name=self.module, more=more, sum=more + 1)

    def models(self) -> tuple[ModelInfo, ...]:
        """The one model it is."""
        return (MODEL,)

    def reply(self, request: JSON, admission: Admission) -> Reply:
        """The next answer. Raises Refusal."""
        self.calls += 1
        try:
            said = json.dumps(request)
        except RecursionError as error:
            self._complain("a request of it is nested too deep")
            raise Refusal(400, "invalid_request_error", "the request is nested too deep") from error
        if self.calls == 1:
            self.first_bytes = len(said)
        self.unheard = {word for word in self.unheard if word not in said}
        if self._faults and self.calls > 1:
            later = min(self.calls - 2, len(self._faults) - 1)
            raise self._faults[later]
        if self.calls > MOST_CALLS:
            self._complain(f"it asked the model {MOST_CALLS} times and did not end")
            raise Refusal(402, "billing_error", "the budget is spent")
        try:
            return self._answer(request)
        except NoInstance as error:
            self._complain(f"a shape that it asks for has no instance: {error}")
            raise Refusal(400, "invalid_request_error", f"no instance of this schema: {error}") from error
        except Exception as error:  # all - a schema that passed the filter may hold anything
            self._complain(f"a request of it cannot be answered ({type(error).__name__})")
            raise Refusal(400, "invalid_request_error", "this request cannot be answered") from error

    def _complain(self, problem: str) -> None:
        """Keep the first problem."""
        self.problem = self.problem or problem

    def _answer(self, request: JSON) -> Reply:
        """The command where a bash is offered for the first time, a shape where one is asked for, else words."""
        tools: dict[str, JSON] = {str(tool["name"]): tool for tool in request.get("tools", [])}
        if "bash" in tools:
            if self.offered:
                return self._words()
            self.offered = True
            return self._call("bash", self._bash_arguments(tools["bash"].get("input_schema")))
        choice = request.get("tool_choice", {})
        if tools and choice.get("type") != "none":
            name = choice.get("name")
            if name not in tools:
                name = next(iter(tools))
            return self._call(name, self._arguments(tools[name].get("input_schema", {})))
        shape = (request.get("output_config", {}).get("format") or {}).get("schema")
        if shape is not None:
            return Reply([{"type": "text", "text": json.dumps(instance(shape, self.word))}])
        return self._words()

    def _bash_arguments(self, schema: JSON | None) -> JSON:
        """The command, and whatever else the tool requires; the provider's own bash shows no schema."""
        given: JSON = {"command": self._command}
        if not schema:
            return given
        others = [name for name in schema.get("required", []) if name != "command"]
        if others:
            given |= self._arguments({**schema, "required": others})
        return given

    def _arguments(self, schema: JSON) -> JSON:
        """A tool's arguments. Raises NoInstance."""
        made: Any = instance({"type": "object", **schema}, self.word)
        if not isinstance(made, dict):
            raise NoInstance("a tool's arguments are an object")
        return made

    def _words(self) -> Reply:
        return Reply([{"type": "text", "text": f"That is done, {self.word()}."}])

    def _call(self, name: str, given: JSON) -> Reply:
        call = {"type": "tool_use", "id": f"toolu_{self.calls:04d}", "name": name, "input": given}
        return Reply([call], "tool_use")
