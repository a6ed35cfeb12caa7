"""`heirloom transcript N`: what a life asked of its model, and what it was answered."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.console import Console

from controller.contract import GATE_PATH
from controller.gateway.upstreams.upstream import JSON
from controller.gateway.wire import json_object, read_message
from controller.ledger.exported import exported
from controller.ledger.life import Life
from controller.ledger.recordings import Exchange
from controller.views.text import counted, json_line, printable

BLOCK_CHARS = 2_000  # of one block: half of them from its beginning, half from its end
OWN_PREFIX = "heirloom-"  # of the headers with which the gateway says what is left
MISSED = "(dropped: see the setting `retention`)"


def show(past: Life, exchanges: Sequence[Exchange], console: Console, as_json: bool) -> None:
    """Print it: of each request what is new since the one before it, each block bounded; as JSON, everything."""
    if as_json:
        json_line(console, as_data(past, exchanges))
        return
    tried = past.tried
    title = f"generation {tried.generation}, try {tried.number}"
    if past.newborn.instruction:
        title = f"life {tried.id} on a task, by the genome {tried.parent[:10]}"
    console.print(
        f"[bold]{title}[/]: {printable(past.closed)}, {counted(len(exchanges), 'call')} "
        f"to {printable(past.stamps['Model'])}"
    )
    before: Exchange | None = None
    for one in exchanges:
        moment = datetime.fromtimestamp(one.at, UTC).strftime("%H:%M:%S")
        booked = f", call {one.call} of the ledger" if one.call is not None else ""
        console.print(f"\n[bold]── {one.number}[/] {moment} {printable(one.path)}{booked}")
        for title, text in [*asked(one, before), *answered(one)]:
            console.print(f"[bold cyan]{title}[/]")
            console.print(printable("\n".join(f"  {line}" for line in bounded(text).split("\n"))))
        if one.path != GATE_PATH:
            before = one


def as_data(past: Life, exchanges: Sequence[Exchange]) -> dict[str, Any]:
    """The life as one JSON object; `--model replay:FILE` reads it."""
    tried = past.tried
    return {
        "generation": tried.generation,
        "try": tried.number,
        "run": tried.run,
        "parent": tried.parent,
        "outcome": past.closed,
        "attempt": past.attempt,
        "stamps": dict(past.stamps),
        "models": [model.model_dump(mode="json") for model in past.newborn.models],
        "exchanges": [one.model_dump(mode="json") for one in exported(exchanges)],
    }


def asked(one: Exchange, before: Exchange | None) -> Iterator[tuple[str, str]]:
    """What is new in a request, as titles and texts."""
    if one.request is None:
        yield "asked", MISSED
        return
    last: JSON = {}
    answer_before: list[str] = []
    if before is not None:
        last = before.request or {}
        answer_before = blocks(message_of(before).get("content") or [])
    messages = one.request.get("messages", [])
    first = shared_length(messages, last.get("messages", []))
    for name, value in one.request.items():
        if name != "messages" and last.get(name) != value:
            yield name, "\n".join(blocks(value)) if name == "system" else compact(value)
    for place, message in enumerate(messages[first:], first + 1):
        text = blocks(message["content"])
        if message["role"] == "assistant" and text == answer_before:
            continue  # the answer before stands there already
        yield f"{place} {message['role']}", "\n".join(text)


def shared_length(messages: list[JSON], known: list[JSON]) -> int:
    """How many messages both begin with."""
    length = 0
    for one, other in zip(messages, known, strict=False):
        if one != other:
            break
        length += 1
    return length


def answered(one: Exchange) -> Iterator[tuple[str, str]]:
    """What came back, as a title and a text."""
    if one.answer is None:
        yield answer_title(one), MISSED
        return
    message = message_of(one)
    lines = blocks(message.get("content") or [])
    for name in ("error", "input_tokens", "stop_reason"):
        if message.get(name):
            lines.append(f"{name}: {compact(message[name])}")
    yield answer_title(one), "\n".join(lines) or one.answer.decode("utf-8", "replace")


def answer_title(one: Exchange) -> str:
    """The status of an answer, whether it was cut off, and what was left to the life then."""
    if one.status is None:
        title = "nobody waited for the answer"
    else:
        title = f"answered {one.status}"
        if not one.whole:
            title += ", cut off"
    left = []
    for name, value in one.headers.items():
        if name.startswith(OWN_PREFIX):
            left.append(f"{name.removeprefix(OWN_PREFIX)} {value}")
    if left:
        title += f" ({printable(', '.join(left))})"
    return title


def message_of(one: Exchange) -> JSON:
    """The message that an answer is; of the gates, their verdict."""
    answer = one.answer or b""
    if one.path == GATE_PATH and one.status == 200:
        verdict = json_object(answer.strip().rpartition(b"\n")[2])
        text = f"{verdict.get('decision')} {verdict.get('gate', '')}\n{verdict.get('text', '')}"
        return {"content": [{"type": "text", "text": text}]}
    return read_message(answer, one.headers.get("content-type", ""))


def blocks(content: Any) -> list[str]:
    """Content as text, block by block, each bounded."""
    if not isinstance(content, list):
        return [compact(content)]
    texts = []
    for one in content:
        text = block(one) if isinstance(one, dict) else compact(one)
        texts.append(bounded(text))
    return texts


def block(one: JSON) -> str:
    """One block as text."""
    kind = one.get("type")
    if kind == "text":
        return str(one.get("text", ""))
    if kind == "thinking":
        return f"(thinks) {one.get('thinking', '')}"
    if kind == "tool_use":
        return "\n".join([f"(calls {one.get('name')})", *input_lines(one.get("input"))])
    if kind == "tool_result":
        title = "(tool result, an error)" if one.get("is_error") else "(tool result)"
        return "\n".join([title, *blocks(one.get("content") or "")])
    rest = {name: value for name, value in one.items() if name != "type"}
    return f"({kind}) {compact(rest)}"


def input_lines(given: Any) -> list[str]:
    """A tool's input, a line a field."""
    if not isinstance(given, dict):
        return [compact(given)]
    return [f"{name}: {compact(value)}" for name, value in given.items()]


def compact(value: Any) -> str:
    """Any JSON value in one line; a text as it is."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def bounded(text: str) -> str:
    """Both ends of a long text, and how much is missing between them."""
    half, cut = BLOCK_CHARS // 2, len(text) - BLOCK_CHARS
    if cut <= half:
        return text
    return f"{text[:half]}\n[… {cut:,} characters left out; --json has them …]\n{text[-half:]}"
