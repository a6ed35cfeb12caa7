"""What parent and child agree on: names, exit codes, bounds, and the shapes of the files they share. Pure.

This is the one module of the controller that the agent may import. A life sees the copy in its own clone.
"""

import ast
import io
import json
import re
import tokenize
import unicodedata
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

CONTRACT_VERSION, SERVED, CONTEXT_FILE = 2, (1, 2), "agent_context.json"  # SERVED: whose lineages go on under this one
GENOME = ("agent/", "tests/agent/", CONTEXT_FILE)  # default; everything else is protected
CONTEXT_BYTES, ENTRY_BYTES = 64 * 1024, 3 * 1024  # caps of agent_context.json, of one history entry as rendered
LESSONS, CHECKS = 30, 5  # caps of the lessons, of a goal's checks
GENOME_TOKENS, PROMPT_BYTES = 60_000, 64 * 1024  # caps of agent/: of its code (the default), of all other files
CODE_FILE_BYTES, LITERAL_CHARS = 512 * 1024, 8  # of a file that is read as code; of a string that is one token
# Of a text in a commit message, a title or check, any other, a goal's why
LINE_CHARS, TITLE_CHARS, SENTENCE_CHARS, WHY_CHARS = 120, 200, 400, 2000
HIDDEN = re.compile(  # characters that show nothing: joiners, fillers, tags, selectors, what turns the reading
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
ENV_BIRTH, ENV_BASE_URL = "HEIRLOOM_BIRTH", "ANTHROPIC_BASE_URL"  # the first: path of birth.json
ENV_TOKEN = "ANTHROPIC_API_KEY"  # a token for this life only; the SDK sends it as Bearer
GIT_NAME, GIT_EMAIL = "heirloom", "heirloom@localhost"
LEFT_HEADERS = {unit: f"heirloom-{unit}-left" for unit in ("tokens", "usd", "calls", "seconds")}
HEADER_WIND_DOWN = "heirloom-wind-down"  # "true": hand on now, past 80 %
LAYOUT = (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)  # tokens that cost nothing
GATE_PATH, GATE_PING = "/heirloom/gate", 10.0  # POST judges what the inbox's ref holds now; most seconds between lines
GATE_ALL = f"{GATE_PATH}?all=true"  # asks every gate, also those that cost much, whatever one before refuses
TRAILER_PREFIX, LEFT_GOAL = "Heirloom-", "left the open goal: "  # how `seen` begins where a life did, for another
REFUSED_ASK = "asked, and refused by"  # how a reason begins that no later verdict of the gates overtook
TRAILERS = (
    "Generation", "Parent", "Outcome", "Goal", "Attempt", "Tree", "Tries", "Gates", "Gate-Asks", "Tests",
    "Tokens-In", "Tokens-Cached", "Tokens-Out", "Tokens-Assumed", "Tokens-Aborted", "Cost-USD", "Spent", "Seconds",
    "Gate-Seconds", "Wall-Seconds", "Model", "Seed", "Isolation", "Controller", "Contract", "Config", "Run",
)  # fmt: skip


class ExitCode(IntEnum):
    """How a child says what it pushed; of a task: done, or given up. Anything else is a death, silence too."""

    CODE = 10
    HISTORY = 11


@dataclass(frozen=True)
class OutcomeKind:
    """One way in which a try can end, or in which the operator makes a generation.

    `generation`: it makes one, with a commit; else the same generation is tried again. `lived`: by a life, not by the
    operator. `changed`: more than the memory may differ from the parent. `judged`: the gates were asked. `death`: the
    life ended badly.
    """

    name: str
    generation: bool = True
    lived: bool = True
    changed: bool = False
    judged: bool = False
    death: bool = False


EVOLVED, REFUSED, HISTORY, KILLED, CRASHED = "evolved", "refused", "history", "killed", "crashed"
ABORTED, ROLLED_BACK, ADOPTED, CLOSED = "aborted", "rolled-back", "adopted", "closed"
OUTCOMES = {
    kind.name: kind
    for kind in (
        OutcomeKind(EVOLVED, changed=True, judged=True),
        OutcomeKind(REFUSED, judged=True, death=True),  # by a gate, or by a person who was asked
        OutcomeKind(HISTORY),  # nothing but agent_context.json is handed on
        OutcomeKind(KILLED, death=True),  # by a limit
        OutcomeKind(CRASHED, death=True),
        OutcomeKind(ABORTED, generation=False),  # by the world, the operator, or the controller's own end
        OutcomeKind(ROLLED_BACK, lived=False, changed=True),
        OutcomeKind(ADOPTED, lived=False, changed=True),
        OutcomeKind(CLOSED, lived=False),  # a goal, by a person
    )
}


@dataclass(frozen=True)
class Outcome:
    """How a try ended: the name of a row of OUTCOMES. `detail` is the limit or the gate."""

    name: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.name}({self.detail})" if self.detail else self.name

    @property
    def kind(self) -> OutcomeKind:
        """Its row. One that a newer controller wrote makes a generation, and is nothing else that we know."""
        return OUTCOMES.get(self.name, OutcomeKind(self.name))

    @classmethod
    def parse(cls, text: str) -> "Outcome":
        """An outcome as it stands in a trailer: `evolved`, `refused(tests)`."""
        name, _, detail = text.partition("(")
        return cls(name, detail.removesuffix(")"))


def push_ref(generation: int, try_number: int) -> str:
    """The one ref of the inbox that a life pushes to and the controller reads."""
    return f"refs/heads/gen/{generation}.{try_number}"


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TITLE_CHARS)]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, max_length=SENTENCE_CHARS)]


class Shape(BaseModel):
    """A frozen record that refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Goal(Shape):
    """What a life works towards. The controller writes `status` and `attempts`; `done_when` are shell commands."""

    title: Line
    why: Annotated[str, StringConstraints(strip_whitespace=True, max_length=WHY_CHARS)] = ""
    done_when: tuple[Line, ...] = Field(default=(), max_length=CHECKS)
    status: Literal["open", "met", "dropped"] = "open"
    attempts: int = Field(default=0, ge=0)


class Claim(Shape):
    """What a child says of its own life; never a fact."""

    outcome: Literal["code", "history"]
    summary: Sentence
    expected: Sentence = ""  # what should be seen to change, and how
    lesson: Sentence = ""  # one sentence handed down
    mutant: str = Field(default="", max_length=1500)  # a unified diff that the new test catches, the old ones do not

    def fitted(self, room: int) -> "Claim":
        """This claim in at most `room` bytes of JSON: shorter sentences first, and at last no mutant."""
        for mutant, limit in ((m, n) for m in (self.mutant, "") for n in (400, 200, 80)):
            cut = {name: one_line(getattr(self, name), limit) for name in ("summary", "expected", "lesson")}
            short = self.model_copy(update={**cut, "mutant": mutant})
            if len(short.model_dump_json().encode()) <= room:
                break
        return short


class Facts(Shape):
    """What the controller saw of a life: written by the controller alone."""

    outcome: str  # an Outcome in words: "evolved", "refused(tests)"
    parent: str  # commit id
    attempt: str = ""  # commit id of what the child pushed
    exit: str = ""  # "exit 10", "signal 9"
    reasons: tuple[str, ...] = ()  # why a gate refused, or the last words of a child that died; bounded
    tests: str = ""
    tokens: int = 0
    seconds: float = 0.0
    date: str = ""  # ISO 8601, UTC


class Entry(Shape):
    """One life in the history. The child writes `claim` and `seen`; the controller writes `facts`."""

    generation: int = Field(ge=1)
    goal: str = Field(max_length=200)
    claim: Claim | None = None
    seen: Sentence = ""  # what became of the predecessor's `expected`
    facts: Facts | None = None


class AgentContext(Shape):
    """agent_context.json: the memory that crosses generations. `purpose` is the operator's."""

    version: Literal[1] = 1
    purpose: str = Field(min_length=1, max_length=4000)
    goal: Goal | None = None
    history: tuple[Entry, ...] = ()
    lessons: tuple[Sentence, ...] = Field(default=(), max_length=LESSONS)

    def render(self) -> str:
        """The file's text: stable for equal contents, one line an entry's field, so that diffs read well."""
        return json.dumps(self.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n"


class Told(BaseModel):
    """A frozen record that ignores unknown keys, so that an older genome stays alive."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class ModelInfo(Told):
    """One model that a life may use; sizes in tokens."""

    id: str
    context: int = 200_000
    output: int = 8_192
    dialect: Literal["anthropic", "schema"] = "schema"  # typed tools of the provider, or JSON schemas
    caching: bool = False
    thinking: bool = False
    effort: bool = False
    thinking_types: tuple[str, ...] = ()  # values of `thinking.type` that it takes, where the provider tells
    effort_levels: tuple[str, ...] = ()  # values of `output_config.effort`, likewise


class Limits(Told):
    """What a life may use. None: no limit of that kind. `timeout` is the model client's, in seconds."""

    seconds: float
    memory_bytes: int
    output_bytes: int
    tokens: int | None = None
    usd: float | None = None
    calls: int | None = None
    timeout: float = 600.0


class Task(Told):
    """Work on a folder that is not the genome: what is asked, and where. The life's limits are its limits."""

    instruction: str
    folder: str  # all that the life may change, and all that is looked at when it ends


class Birth(Told):
    """birth.json: everything a child is told."""

    contract: int
    generation: int
    try_number: int
    run: str
    parent: str  # commit id: what this life runs and starts from
    ref: str  # where to push
    inbox: str  # path of the bare repository to push to
    out: str  # folder for what is too long to show
    models: tuple[ModelInfo, ...]
    limits: Limits
    genome: tuple[str, ...] = GENOME
    goal: Goal | None = None  # the operator's, while it is not met
    recent: tuple[str, ...] = ()  # the last lives as the controller saw them, one line each, oldest first
    asks: int = 0  # how many times GATE_PATH judges; 0: it is not offered
    genome_tokens: int = GENOME_TOKENS  # most code tokens of agent/, as `code_tokens` counts them
    task: Task | None = None  # where there is one the life works on it, and pushes nothing: `ref` and `inbox` are empty


class GateLine(Told):
    """One line of GATE_PATH's answer: first "judging", then pings, last the "verdict"; else nothing was judged."""

    type: Literal["judging", "ping", "verdict"]
    commit: str = ""  # the id that is judged, read once
    decision: Literal["pass", "refuse", "unknown"] = "unknown"  # unknown: the gate could not check
    gate: str = ""  # the first that refused, or could not check
    text: str = ""  # for a model: each refusal, what failed, where, the failing assertion, the last lines
    asks_left: int = 0


def one_line(text: str, limit: int = LINE_CHARS) -> str:
    """Text of a child's or a model's as one line of at most `limit` characters, each of which shows something."""
    seen = HIDDEN.sub("", text[: limit * 8])
    kept = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in seen)
    line = " ".join(kept.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def code_tokens(text: str) -> int:
    """How much code a Python file holds. Never raises.

    Names, numbers, operators and keywords count one, however long; a string one for each begun 8 characters. Comments,
    docstrings and layout cost nothing. A file that is too large or does not parse counts a token a byte.
    """
    most = len(text.encode("utf-8", "surrogateescape"))
    if most > CODE_FILE_BYTES:
        return most
    try:
        ast.parse(text)  # first, for what does not parse can keep `tokenize` busy for hours
        found = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (SyntaxError, ValueError, RecursionError, MemoryError, tokenize.TokenError):
        return most
    total, starts = 0, True  # whether a statement starts here
    significant = [token for token in found if token.type not in (tokenize.COMMENT, tokenize.NL)]
    for token, following in pairwise(significant):
        if token.type in LAYOUT:
            starts = True
        elif token.type == tokenize.STRING:
            if not (starts and following.type == tokenize.NEWLINE):  # else a docstring
                total += -(-len(token.string) // LITERAL_CHARS)
            starts = False
        else:
            total += 1
            starts = False
    return total
