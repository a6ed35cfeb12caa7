"""Small checks of JSON that compose: each takes a value and its path, and raises Refusal naming that path. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from controller.contract import one_line
from controller.gateway.numbers import MOST_ASKED
from controller.gateway.upstreams.upstream import Refusal

Check = Callable[[Any, str], None]


def refuse(path: str, what: str) -> Refusal:
    """A 400 of the API's own shape that names the offending path."""
    return Refusal(400, "invalid_request_error", f"{one_line(path)}: {what}")


def text(value: Any, path: str) -> None:
    """A string."""
    if not isinstance(value, str):
        raise refuse(path, "must be a string")


def flag(value: Any, path: str) -> None:
    """true or false."""
    if not isinstance(value, bool):
        raise refuse(path, "must be true or false")


def thing(value: Any, path: str) -> None:
    """An object whose content is the model's business: a schema, a tool's input."""
    if not isinstance(value, dict):
        raise refuse(path, "must be an object")


def nothing(value: Any, path: str) -> None:
    """No value at all: a field that may only be null."""
    if value is not None:
        raise refuse(path, "is not supported by this gateway")


def whole(least: int, most: int = MOST_ASKED) -> Check:
    """A whole number from `least` to `most`."""

    def check(value: Any, path: str) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise refuse(path, f"must be a whole number, from {least} to {most:,}")

    return check


def number(least: float, most: float) -> Check:
    """A number from `least` to `most`."""

    def check(value: Any, path: str) -> None:
        if not isinstance(value, int | float) or isinstance(value, bool) or not least <= value <= most:
            raise refuse(path, f"must be a number from {least:g} to {most:g}")

    return check


def one_of(*allowed: object) -> Check:
    """One of these values."""

    def check(value: Any, path: str) -> None:
        if not any(type(value) is type(item) and value == item for item in allowed):
            shown = ", ".join(str(item) for item in allowed)
            raise refuse(path, f"is not supported by this gateway; supported: {shown}")

    return check


def each(check: Check, least: int = 0, most: int | None = None) -> Check:
    """A list of at least `least` items and at most `most`, every one of which `check` allows."""

    def checked(value: Any, path: str) -> None:
        if not isinstance(value, list):
            raise refuse(path, "must be a list")
        if len(value) < least:
            raise refuse(path, f"must have at least {least} item")
        if most is not None and len(value) > most:
            raise refuse(path, f"has {len(value):,} items, and may have {most:,}")
        for index, item in enumerate(value):
            check(item, f"{path}[{index}]")

    return checked


def text_or(check: Check) -> Check:
    """A string, or what `check` allows."""

    def checked(value: Any, path: str) -> None:
        if not isinstance(value, str):
            check(value, path)

    return checked


def record(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with these fields and no others. An optional one may be null: clients echo those that say nothing."""
    fields = {**required, **(optional or {})}

    def checked(value: Any, path: str) -> None:
        thing(value, path)
        for name, inner in value.items():
            at = f"{path}.{name}" if path else name
            if name not in fields:
                raise refuse(at, "is not supported by this gateway")
            if inner is not None or name in required:
                fields[name](inner, at)
        for name in required:
            if name not in value:
                raise refuse(f"{path}.{name}" if path else name, "is required")

    return checked


def by_type(kinds: Mapping[str, Check], default: str | None = None) -> Check:
    """An object whose `type` says which of these it is; `default` where the type is left out or null."""

    def checked(value: Any, path: str) -> None:
        thing(value, path)
        kind = value.get("type")
        kind = default if kind is None else kind
        if kind is None:
            raise refuse(f"{path}.type", "is required")
        if not isinstance(kind, str) or kind not in kinds:
            raise refuse(f"{path}.type", f"is not supported by this gateway; supported: {', '.join(kinds)}")
        kinds[kind](value, path)

    return checked
