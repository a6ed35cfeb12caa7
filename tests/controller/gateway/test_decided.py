"""Everything that the installed SDK can put into a request was decided on: docs/request-filter.md says how.

The SDK's types are walked from the request down as far as the filter lets anything pass. A new version with a field,
a block or a tool that nobody has decided on makes another table, and this test shows its lines.
"""

import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal, Required, TypedDict

from controller.gateway.json_shapes import Check, each, flag, one_of, record, text
from controller.gateway.request_filter import ASKED, ONLY_COUNTED
from controller.gateway.upstreams.upstream import JSON, Refusal

PAGE = Path(__file__).parents[3] / "docs" / "request-filter.md"
NEVER = frozenset({"no value of JSON"})
UNKNOWN = "is not supported by this gateway"
BASE: JSON = {"model": "m", "max_tokens": 1, "messages": [{"role": "user", "content": "x"}]}
Place = Callable[[Any], JSON]  # a request with this value at the place
Rows = dict[str, tuple[set[str], set[str]]]


def refusal(check: Check, request: JSON) -> tuple[str, str]:
    """The path that the filter refuses first, and why; "" where it lets all of it pass."""
    try:
        check(request, "")
    except Refusal as refused:
        path, _, why = str(refused).partition(": ")
        return path, why
    return "", ""


def shapes(hint: Any, many: bool = False) -> Iterator[tuple[Any, bool]]:
    """The records in a type, and whether each stands in a list."""
    if hasattr(hint, "__required_keys__"):
        yield hint, many
    elif typing.get_origin(hint) is not typing.Literal:
        listed = many or getattr(typing.get_origin(hint), "__name__", "") in ("Iterable", "list", "Sequence")
        for inner in typing.get_args(hint):
            yield from shapes(inner, listed)


def kinds(shape: Any) -> list[Any]:
    """The `type`s by which a record is told from others; None where it has none."""
    hint = typing.get_type_hints(shape).get("type")
    return [value for value in words(hint) if value is not None] or [None]


def words(hint: Any) -> list[Any]:
    """The words that a type allows; none where it allows any text."""
    if hint is str:
        return []
    if typing.get_origin(hint) is typing.Literal:
        return [value for value in typing.get_args(hint) if isinstance(value, str)]
    inner = [words(one) for one in typing.get_args(hint)]
    return [] if str in typing.get_args(hint) else [word for found in inner for word in found]


class Walk:
    """Goes through a record of the SDK and what the filter makes of it."""

    def __init__(self, check: Check) -> None:
        self.check, self.rows = check, Rows()
        self.reached: set[str] = set()  # the types that were gone through

    def note(self, row: str, word: str, passes: bool) -> None:
        passing, refused = self.rows.setdefault(row, (set(), set()))
        (passing if passes else refused).add(word)

    def record(self, name: str, shape: Any, kind: str | None, place: Place) -> None:
        """Every field of a record."""
        self.reached.add(shape.__name__)
        typed = {} if kind is None else {"type": kind}
        for field, hint in typing.get_type_hints(shape).items():
            if field == "type":
                continue
            path, why = refusal(self.check, place({**typed, field: NEVER}))
            assert path.endswith(field), f"{name}.{field}: {path}: {why}"
            self.note(name, field, why != UNKNOWN)
            if why != UNKNOWN:
                self.field(f"{name}.{field}", hint, lambda value, at=field: place({**typed, at: value}))  # type: ignore[misc]

    def field(self, name: str, hint: Any, place: Place) -> None:
        """What may stand in a field: records, each of its kind, or words."""
        for shape, many in shapes(hint):
            within: Place = (lambda value: place([value])) if many else place
            for kind in kinds(shape):
                if kind is None:
                    self.record(name.removeprefix("request."), shape, None, within)
                    continue
                path, _ = refusal(self.check, within({"type": kind, "?": 1}))
                self.note(name, kind, not path.endswith(".type"))
                self.reached |= {shape.__name__} if path == "" else set()
                if path.endswith("?"):  # else its type is refused, or whatever is in it passes
                    self.record(kind, shape, kind, within)
        for word in words(hint) if not name.endswith(("name", "stream")) else []:
            many = any(kind in str(hint) for kind in ("Iterable", "List", "Sequence"))
            _, why = refusal(self.check, place([word] if many else word))
            self.note(name, word, UNKNOWN not in why)


def types(hint: Any, known: dict[str, Any]) -> dict[str, Any]:
    """Every record that a type can hold, at any depth, by name."""
    for shape, _ in shapes(hint):
        if shape.__name__ not in known:
            known[shape.__name__] = shape
            for inner in typing.get_type_hints(shape).values():
                types(inner, known)
    return known


def table() -> str:
    """What the SDK knows and the filter decides, a line a record or a choice."""
    from anthropic.types import message_count_tokens_params, message_create_params
    from anthropic.types.beta.message_create_params import MessageCreateParamsNonStreaming as Beta

    walk, count = Walk(ASKED), Walk(ONLY_COUNTED)
    for shape in (
        message_create_params.MessageCreateParamsNonStreaming,
        message_create_params.MessageCreateParamsStreaming,
    ):
        walk.record("request", shape, None, lambda value: BASE | value)
    counted = {name: value for name, value in BASE.items() if name != "max_tokens"}
    count.record("request", message_count_tokens_params.MessageCountTokensParams, None, lambda value: counted | value)
    rows = walk.rows | {"count_tokens": count.rows.pop("request")}
    general = typing.get_type_hints(message_create_params.MessageCreateParamsStreaming)
    for field in set(typing.get_type_hints(Beta)) - set(general):
        path, why = refusal(ASKED, BASE | {field: NEVER})
        assert path == field
        walk.note("request (beta)", field, why != UNKNOWN)
    rows["request (beta)"] = walk.rows.pop("request (beta)")
    known = types(message_create_params.MessageCreateParams | message_count_tokens_params.MessageCountTokensParams, {})
    rows["never reached"] = set(), set(known) - walk.reached - count.reached
    assert all(walk.rows[name] == row for name, row in count.rows.items()), "a count is decided on in another way"
    lines = [
        f"| {name} | {', '.join(sorted(passing))} | {', '.join(sorted(refused - passing))} |"
        for name, (passing, refused) in rows.items()
    ]
    return "\n".join(["| where | passes | refused |", "|---|---|---|", *lines])


def test_the_page_matches_the_filter() -> None:
    decided = PAGE.read_text(encoding="utf-8").split("\n")
    wanted = table().split("\n")
    new = [line for line in wanted if line not in decided]
    gone = [line for line in decided if line.startswith("| ") and line not in wanted]
    assert (new, gone) == ([], []), f"decide on these, then correct {PAGE.name}:\n" + "\n".join(new + gone)


class Block(TypedDict):
    """A kind of block that nobody has heard of."""

    type: Literal["hologram"]


class Message(TypedDict):
    """A message with a field more than we know."""

    role: Literal["user", "oracle"]
    content: str | list[Block]
    mood: str


class Request(TypedDict):
    """What a new version of the SDK might know."""

    messages: Required[list[Message]]
    telepathy: bool


def test_new_fields_are_found_anywhere() -> None:
    walk = Walk(ASKED)
    walk.record("request", Request, None, lambda value: BASE | value)
    assert walk.rows == {
        "request": ({"messages"}, {"telepathy"}),
        "messages": ({"role", "content"}, {"mood"}),
        "messages.content": (set(), {"hologram"}),
        "messages.role": ({"user"}, {"oracle"}),
    }


def test_a_looser_filter_is_found() -> None:
    walk = Walk(record({"messages": each(record({"role": one_of("oracle")}, {"mood": text}))}, {"telepathy": flag}))
    walk.record("request", Request, None, lambda value: value)
    assert walk.rows == {
        "request": ({"messages", "telepathy"}, set()),
        "messages": ({"role", "mood"}, {"content"}),
        "messages.role": ({"oracle"}, {"user"}),
    }
