"""Small checks of JSON that compose: each takes a value and its path, and raises Refusal naming that path. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from controller.contract import one_line
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
    """null: a field that clients echo although it says nothing."""
    if value is not None:
        raise refuse(path, "is not supported by this gateway")


def whole(least: int) -> Check:
    """A whole number, at least `least`."""

    def check(value: Any, path: str) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise refuse(path, f"must be a whole number, at least {least}")

    return check


def one_of(*allowed: object) -> Check:
    """One of these values."""

    def check(value: Any, path: str) -> None:
        if not any(type(value) is type(item) and value == item for item in allowed):
            shown = ", ".join(str(item) for item in allowed)
            raise refuse(path, f"is not supported by this gateway; supported: {shown}")

    return check


def maybe(check: Check) -> Check:
    """null, or what `check` allows."""

    def checked(value: Any, path: str) -> None:
        if value is not None:
            check(value, path)

    return checked


def each(check: Check, least: int = 0) -> Check:
    """A list of at least `least`, every item of which `check` allows."""

    def checked(value: Any, path: str) -> None:
        if not isinstance(value, list):
            raise refuse(path, "must be a list")
        if len(value) < least:
            raise refuse(path, f"must have at least {least} item")
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
    """An object with these fields and no others."""
    fields = {**required, **(optional or {})}

    def checked(value: Any, path: str) -> None:
        thing(value, path)
        for name, inner in value.items():
            at = f"{path}.{name}" if path else name
            if name not in fields:
                raise refuse(at, "is not supported by this gateway")
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
