"""Texts of settings, with what registries of higher rooms know put in: upstreams, levels of isolation, strategies.

Each registry is imported where its words are shown, so that a command's help does not wait for those of others.
"""

from collections.abc import Callable, Mapping


def described(text: str) -> str:
    """A setting's text, with what registries of higher rooms know in the place of their names in braces."""
    for name, words in REGISTRIES.items():
        if f"{{{name}}}" in text:
            text = text.replace(f"{{{name}}}", words())
    return text


def levels() -> str:
    """The levels of isolation."""
    from controller.sandbox.levels import names

    *others, last = names()
    return f"{', '.join(others)} or {last}"


def upstreams() -> str:
    """What the setting `model` may be, with what each needs."""
    from controller.gateway.upstreams.registry import upstream_help

    return upstream_help()


def upstream_forms() -> str:
    """What `--model` may be."""
    from controller.gateway.upstreams.registry import upstream_forms

    return upstream_forms()


def strategies() -> str:
    """How a parent may be chosen."""
    from controller.archive.strategies import STRATEGIES

    *others, last = STRATEGIES
    return f"{', '.join(others)} or {last}"


REGISTRIES: Mapping[str, Callable[[], str]] = {
    "levels": levels,
    "strategies": strategies,
    "upstreams": upstreams,
    "upstream_forms": upstream_forms,
}
