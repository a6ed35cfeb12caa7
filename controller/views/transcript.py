"""`heirloom transcript N`: what a life asked of its model, and what it was answered."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.console import Console

from controller.contract import GATE_PATH
from controller.gateway.replies import message, parsed
from controller.gateway.upstreams.upstream import JSON
from controller.ledger.exported import exported
from controller.ledger.life import Life
from controller.ledger.recordings import Exchange
from controller.views.text import json_line, printable

BLOCK_CHARS = 2_000  # of one block: half of them from its beginning, half from its end
MISSED = "(dropped: see the setting `retention`)"


def show(past: Life, exchanges: Sequence[Exchange], console: Console, as_json: bool) -> None:
    """Print it: of each request what is new since the one before it, each block bounded; as JSON, everything."""
    if as_json:
        json_line(console, told(past, exchanges))
        return
    tried = past.tried
    console.print(
        f"[bold]generation {tried.generation}, try {tried.number}[/]: {printable(past.closed)}, {len(exchanges)} "
        f"calls to {printable(past.stamps['Model'])}"
    )
    before: Exchange | None = None
    for one in exchanges:
        moment = datetime.fromtimestamp(one.at, UTC).strftime("%H:%M:%S")
        booked = f", call {one.call} of the ledger" if one.call is not None else ""
        console.print(f"\n[bold]── {one.number}[/] {moment} {printable(one.path)}{booked}")
        for title, text in [*asked(one, before), *answered(one)]:
            console.print(f"[bold cyan]{title}[/]")
            console.print(printable("\n".join(f"  {line}" for line in bounded(text).split("\n"))))
        before = one if one.path != GATE_PATH else before


def told(past: Life, exchanges: Sequence[Exchange]) -> dict[str, Any]:
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
    last = (before.request if before else None) or {}
    known = last.get("messages", [])
    messages = one.request.get("messages", [])
    shared = next((n for n, pair in enumerate(zip(messages, known, strict=False)) if pair[0] != pair[1]), None)
    first = min(len(messages), len(known)) if shared is None else shared
    for name, value in one.request.items():
        if name != "messages" and last.get(name) != value:
            yield name, "\n".join(blocks(value)) if name == "system" else compact(value)
    shown = blocks(said_in(before).get("content") or []) if before else []
    for place, said in enumerate(messages[first:], first + 1):
        text = blocks(said["content"])
        if said["role"] != "assistant" or text != shown:  # what was answered before stands there
            yield f"{place} {said['role']}", "\n".join(text)


def answered(one: Exchange) -> Iterator[tuple[str, str]]:
    """What came back."""
    status = "nobody waited for the answer" if one.status is None else f"answered {one.status}"
    cut = "" if one.whole or one.status is None else ", cut off"
    ours = {name: value for name, value in one.headers.items() if name.startswith("heirloom-")}
    left = ", ".join(f"{name.removeprefix('heirloom-')} {value}" for name, value in ours.items())
    title = f"{status}{cut}{f' ({printable(left)})' if left else ''}"
    if one.answer is None:
        yield title, MISSED
        return
    found = said_in(one)
    lines = blocks(found.get("content") or [])
    lines += [f"{name}: {compact(found[name])}" for name in ("error", "input_tokens", "stop_reason") if found.get(name)]
    yield title, "\n".join(lines) or one.answer.decode("utf-8", "replace")


def said_in(one: Exchange) -> JSON:
    """The message that an answer is; of the gates, their verdict."""
    answer = one.answer or b""
    if one.path == GATE_PATH and one.status == 200:
        verdict = parsed(answer.strip().rpartition(b"\n")[2])
        said = f"{verdict.get('decision')} {verdict.get('gate', '')}\n{verdict.get('text', '')}"
        return {"content": [{"type": "text", "text": said}]}
    return message(answer, one.headers.get("content-type", ""))


def blocks(content: Any) -> list[str]:
    """Content as text, block by block, each bounded."""
    if not isinstance(content, list):
        return [content if isinstance(content, str) else compact(content)]
    return [bounded(block(one) if isinstance(one, dict) else compact(one)) for one in content]


def block(one: dict[str, Any]) -> str:
    """One block as text."""
    kind = one.get("type")
    if kind == "text":
        return str(one.get("text", ""))
    if kind == "thinking":
        return f"(thinks) {one.get('thinking', '')}"
    if kind == "tool_use":
        given = one.get("input")
        lines = [f"{name}: {value if isinstance(value, str) else compact(value)}" for name, value in given.items()] \
            if isinstance(given, dict) else [compact(given)]  # fmt: skip
        return "\n".join([f"(calls {one.get('name')})", *lines])
    if kind == "tool_result":
        failed = ", an error" if one.get("is_error") else ""
        return "\n".join([f"(tool result{failed})", *blocks(one.get("content", ""))])
    return f"({kind}) {compact({name: value for name, value in one.items() if name != 'type'})}"


def compact(value: Any) -> str:
    """Any JSON value in one line."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def bounded(text: str) -> str:
    """Both ends of a long text, and how much is missing between them."""
    half, cut = BLOCK_CHARS // 2, len(text) - BLOCK_CHARS
    return text if cut <= half else f"{text[:half]}\n[… {cut:,} characters left out; --json has them …]\n{text[-half:]}"
