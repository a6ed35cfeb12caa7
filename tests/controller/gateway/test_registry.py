"""What an operator may call an upstream."""

from pathlib import Path

import pytest

from controller.errors import RequestError
from controller.gateway.upstreams.registry import make


def test_a_script_is_named_by_its_file(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text('{"lives": [[]]}')
    upstream = make(f"script:{tmp_path / 's.json'}")
    assert (upstream.name, upstream.paid) == ("script", False)


@pytest.mark.parametrize(
    ("name", "model"), [("anthropic", "claude-opus-5-5"), ("anthropic/new-model-9", "new-model-9")]
)
def test_the_provider_is_named_alone_or_with_any_model(name: str, model: str) -> None:
    upstream = make(name, key="k")
    assert (upstream.name, upstream.paid) == ("anthropic", True)
    assert [(one.id, one.dialect, one.caching) for one in upstream.models()] == [(model, "anthropic", True)]


def test_a_folder_of_letters_is_named_by_its_path(tmp_path: Path) -> None:
    upstream = make(f"manual:{tmp_path}")
    assert (upstream.name, upstream.paid) == ("manual", False)


def test_a_compatible_server_is_named_by_address_and_model() -> None:
    upstream = make("compatible:http://127.0.0.1:11434#qwen3", compatible_key=" ")
    assert (upstream.name, upstream.paid, upstream.models()[0].id) == ("compatible", False, "qwen3")


@pytest.mark.parametrize("key", [None, "", "  "])
def test_the_provider_without_a_key_says_how_to_set_it(key: str | None) -> None:
    with pytest.raises(RequestError, match="ANTHROPIC_API_KEY"):
        make("anthropic", key=key)


def test_a_key_that_is_none_is_refused_without_being_shown() -> None:
    with pytest.raises(RequestError) as refused:
        make("anthropic", key="secret\nvalue")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "name",
    ["", "gpt", "anthropic/", "anthropicx", "script", "script:", "embedded:x", "/opus", "manual:", "compatible:"],
)
def test_an_unknown_upstream_is_refused_with_those_that_are_known(name: str) -> None:
    with pytest.raises(RequestError, match="known: embedded, script:FILE, anthropic"):
        make(name, key="k")


def test_the_embedded_upstream_needs_no_key_and_costs_nothing() -> None:
    upstream = make("embedded")
    assert (upstream.name, upstream.paid) == ("embedded", False)
