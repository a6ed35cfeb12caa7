"""Answers of the shape that a life asks for, whatever it calls its fields. Pure."""

from collections.abc import Mapping
from typing import Any

JSON = dict[str, Any]
DEPTH = 6

TITLE = "Pin behaviour of agent/ that no test notices yet"
WORDS: Mapping[str, Any] = {
    "title": TITLE,
    "goal": TITLE,
    "name": TITLE,
    "summary": TITLE,
    "why": "A change of the code that every test lets pass can be made by accident and stays unseen.",
    "reason": "A change of the code that every test lets pass can be made by accident and stays unseen.",
    "expected": "One more change of agent/ turns the tests red.",
    "checked_by": "The new test passes on the code as it stands, and fails with one detail of it changed.",
    "done_when": [],
    "steps": [
        "Change one detail of a function of agent/ at a time and keep the changes that every test lets pass.",
        "Search for arguments that tell such a change from the original.",
        "Write the test that states the original behaviour, in tests/agent/pinned/.",
        "Check, and hand the change on as evidence.",
    ],
}
EXAMPLE = "See the tests: one detail of agent/ is pinned."


def fill(schema: Mapping[str, Any], name: str = "", root: Mapping[str, Any] | None = None, depth: int = 0) -> Any:
    """An instance of a JSON schema: known words by the field's name, else the plainest that fits."""
    top = root if root is not None else schema
    schema = resolved(schema, top)
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][0]
    for many in ("anyOf", "oneOf", "allOf"):
        if schema.get(many):
            return fill(schema[many][0], name, top, depth)
    kind = schema.get("type", "object" if "properties" in schema else "string")
    if isinstance(kind, list):
        kind = kind[0]
    if kind == "object":
        return fields(schema, top, depth)
    if kind == "array":
        return items(schema, name, top, depth)
    if kind in ("integer", "number"):
        return schema.get("minimum", schema.get("exclusiveMinimum", -1) + 1)
    if kind == "string":
        return text(schema, name)
    return False if kind == "boolean" else None


def resolved(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema that a local reference stands for."""
    for _ in range(DEPTH):
        reference = schema.get("$ref")
        if not isinstance(reference, str) or not reference.startswith("#/"):
            break
        found: Any = root
        for part in reference[2:].split("/"):
            found = found.get(part, {}) if isinstance(found, Mapping) else {}
        schema = found if isinstance(found, Mapping) else {}
    return schema


def fields(schema: Mapping[str, Any], root: Mapping[str, Any], depth: int) -> JSON:
    """Required fields, and those that we have words for."""
    filled: JSON = {}
    if depth >= DEPTH:
        return filled
    required = schema.get("required", ())
    for name, inner in schema.get("properties", {}).items():
        if name in required or (name in WORDS and depth == 0):
            filled[name] = fill(inner, name, root, depth + 1)
    return filled


def items(schema: Mapping[str, Any], name: str, root: Mapping[str, Any], depth: int) -> list[Any]:
    """Our words where the items are texts, else as few as may be."""
    inner = resolved(schema.get("items", {}), root)
    least, most = schema.get("minItems", 0), schema.get("maxItems", 99)
    ours = WORDS.get(name)
    if isinstance(ours, list) and inner.get("type", "string") == "string" and len(ours) >= least:
        return ours[:most]
    if name == "steps":
        least = max(least, 1)
    return [fill(inner, name, root, depth + 1) for _ in range(least)]


def text(schema: Mapping[str, Any], name: str) -> str:
    """Words that fit the bounds."""
    words = WORDS.get(name)
    if not isinstance(words, str):
        words = EXAMPLE
    return words.ljust(schema.get("minLength", 0), ".")[: schema.get("maxLength", 400)]


def fitted(schema: Mapping[str, Any], given: Mapping[str, Any]) -> JSON:
    """What we want to say, in the fields that a tool has; what else it requires is filled."""
    known = schema.get("properties")
    if not known:
        return dict(given)  # the provider's own tools show no schema
    filled: JSON = {}
    for name, value in fill(schema).items():
        if name in schema.get("required", ()):
            filled[name] = value
    for name, value in given.items():
        if name in known:
            filled[name] = value
    return filled
