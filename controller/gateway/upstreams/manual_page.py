"""A Messages request as a page that a person can read: what is new first, what was there before below. Pure."""

import json
import re
from collections.abc import Iterator
from typing import Any

from controller.gateway.upstreams.upstream import JSON

ANSWER = """Answer it by writing one of two files:

- `{reply}.txt`: plain text, the answer as it stands; or
- `{reply}.json`: `{{"text": "…", "calls": [{{"name": "bash", "input": {{"command": "ls"}}}}]}}`, each part optional."""


def page(name: str, reply: str, request: JSON, before: JSON | None) -> str:
    """The page of a request. `before`: the last request of the same life; `reply`: the reply's path without ending."""
    messages = request["messages"]
    known = 0
    if before is not None:
        known = _shared(messages, before["messages"])
    parts = [f"# Request {name}", ANSWER.format(reply=reply), *_wanted(request), "# What is new"]
    parts += _messages(messages[known:], known)
    for title, shown in (("System", _system), ("Tools", _tools)):
        text = shown(request)
        if before is not None and shown(before) == text:
            title += " (as before)"
        parts += [f"# {title}", text or "None."]
    if known:
        parts += ["# What was there before", *_messages(messages[:known], 0)]
    return "\n\n".join(parts) + "\n"


def _shared(messages: list[JSON], before: list[JSON]) -> int:
    """How many messages both begin with."""
    count = 0
    for one, other in zip(messages, before, strict=False):
        if one != other:
            break
        count += 1
    return count


def _wanted(request: JSON) -> Iterator[str]:
    """What the answer is bound to."""
    choice = request.get("tool_choice", {})
    if choice.get("type") == "tool":
        yield f"It asks for a call of the tool {choice['name']}."
    elif choice.get("type") == "any":
        yield "It asks for a call of a tool."
    shape = (request.get("output_config", {}).get("format") or {}).get("schema")
    if shape is not None:
        yield "It asks for text that is JSON of this schema:\n\n" + fenced(json.dumps(shape, indent=1), "json")


def _system(request: JSON) -> str:
    return _text(request.get("system", ""))


def _tools(request: JSON) -> str:
    return "\n\n".join(_tool(tool) for tool in request.get("tools", []))


def _tool(tool: JSON) -> str:
    about = tool.get("description") or f"The provider's own tool, {tool.get('type')}."
    text = f"## {tool['name']}\n\n{about}"
    schema = tool.get("input_schema")
    if schema:
        text += "\n\n" + fenced(json.dumps(schema, indent=1, ensure_ascii=False), "json")
    return text


def _messages(messages: list[JSON], first: int) -> Iterator[str]:
    for number, message in enumerate(messages, first + 1):
        yield f"## {number}, {message['role']}\n\n{_text(message['content'])}"


def _text(content: Any) -> str:
    """Content as text: strings as they are, blocks by their kind."""
    if isinstance(content, str):
        return content
    return "\n\n".join(_block(block) for block in content)


def _block(block: JSON) -> str:
    kind = block["type"]
    if kind == "text":
        return str(block["text"])
    if kind == "tool_use":
        return f"calls {block['name']}:\n\n" + fenced(json.dumps(block["input"], indent=1, ensure_ascii=False), "json")
    if kind == "tool_result":
        title = "what the tool said, an error" if block.get("is_error") else "what the tool said"
        return f"{title}:\n\n" + fenced(_text(block.get("content") or ""))
    return f"({kind.replace('_', ' ')})"


def fenced(text: str, language: str = "") -> str:
    """A fence that nothing in the text can close."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"
