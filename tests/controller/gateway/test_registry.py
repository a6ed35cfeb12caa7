"""What an operator may call an upstream, and what a new upstream's row is enough for."""

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from controller.errors import RequestError
from controller.gateway.upstreams.registry import (
    UPSTREAMS,
    UpstreamRow,
    key_variables,
    make,
    upstream_forms,
    upstream_help,
)
from tests.controller.conftest import ROOT
from tests.controller.gateway.gateways import HELLO, Gateways

KEYS = {"ANTHROPIC_API_KEY": "k"}
PARROT = '''"""An upstream that repeats what it was made with."""

from controller.contract import ModelInfo
from controller.gateway.upstreams.upstream import Reply


def make(addresses, keys):
    """The upstream `parrot:WORD`."""
    return Parrot(addresses[0], keys["PARROT_KEY"])


class Parrot:
    name = "parrot"
    paid = False

    def __init__(self, word, key):
        self.word, self.key = word, key

    def models(self):
        return (ModelInfo(id="parrot"),)

    def reply(self, request, admission):
        return Reply([{"type": "text", "text": f"{self.word} {self.key}"}])
'''


@pytest.fixture
def parrot(tmp_path: Path) -> Iterator[UpstreamRow]:
    """The row of an upstream whose file lies in a folder of its own."""
    (tmp_path / "parrot_upstream.py").write_text(PARROT)
    sys.path.insert(0, str(tmp_path))
    yield UpstreamRow(("parrot:WORD",), "says one word", "parrot_upstream", key="PARROT_KEY")
    sys.path.remove(str(tmp_path))
    del sys.modules["parrot_upstream"]


def test_file_and_row_add_an_upstream(gateways: Gateways, parrot: UpstreamRow) -> None:
    rows = (*UPSTREAMS, parrot)
    keys = dict.fromkeys(key_variables(rows), "please")
    life = gateways.open(make("parrot:hello", keys, rows))
    answer = life.post(HELLO | {"model": "parrot"})
    assert answer.json["content"] == [{"type": "text", "text": "hello please"}]
    assert "parrot:WORD (says one word)" in upstream_help(rows)
    with pytest.raises(RequestError, match=r"known: embedded, .*, parrot:WORD"):
        make("cuckoo:x", keys, rows)


def test_every_form_is_documented() -> None:
    lines = (ROOT / "docs" / "models.md").read_text().splitlines()
    first_cells = [line.split("|")[1] for line in lines if line.startswith("| `")]
    documented = [form for cell in first_cells for form in cell.split("`")[1::2]]
    for row in UPSTREAMS:
        assert set(row.forms) <= set(documented)


def test_a_file_names_a_script(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text('{"lives": [[]]}')
    upstream = make(f"script:{tmp_path / 's.json'}", {})
    assert (upstream.name, upstream.paid) == ("script", False)


@pytest.mark.parametrize(
    ("name", "model"), [("anthropic", "claude-opus-5-5"), ("anthropic/new-model-9", "new-model-9")]
)
def test_the_provider_takes_any_model(name: str, model: str) -> None:
    upstream = make(name, KEYS)
    assert (upstream.name, upstream.paid) == ("anthropic", True)
    assert [(one.id, one.dialect, one.caching) for one in upstream.models()] == [(model, "anthropic", True)]


def test_a_path_names_a_manual_folder(tmp_path: Path) -> None:
    upstream = make(f"manual:{tmp_path}", {})
    assert (upstream.name, upstream.paid) == ("manual", False)


def test_a_compatible_server_needs_no_key() -> None:
    upstream = make("compatible:http://127.0.0.1:11434#qwen3", {"HEIRLOOM_COMPATIBLE_KEY": " "})
    assert (upstream.name, upstream.paid, upstream.models()[0].id) == ("compatible", False, "qwen3")


@pytest.mark.parametrize("key", [None, "", "  "])
def test_a_missing_key_names_its_variable(key: str | None) -> None:
    with pytest.raises(RequestError, match="ANTHROPIC_API_KEY"):
        make("anthropic", {"ANTHROPIC_API_KEY": key})


def test_a_refused_key_is_not_shown() -> None:
    with pytest.raises(RequestError) as refused:
        make("anthropic", {"ANTHROPIC_API_KEY": "secret\nvalue"})
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "name",
    ["", "gpt", "anthropic/", "anthropicx", "script", "script:", "embedded:x", "/opus", "manual:", "compatible:"],
)
def test_an_unknown_upstream_names_the_known(name: str) -> None:
    with pytest.raises(RequestError, match="known: embedded, script:FILE, anthropic, anthropic/MODEL"):
        make(name, KEYS)


def test_embedded_needs_no_key() -> None:
    upstream = make("embedded", {})
    assert (upstream.name, upstream.paid) == ("embedded", False)


def test_only_rows_with_keys_are_read() -> None:
    assert key_variables() == ("ANTHROPIC_API_KEY", "HEIRLOOM_COMPATIBLE_KEY")
    assert upstream_forms().startswith("embedded, script:FILE")


def test_listed_models_share_one_upstream(tmp_path: Path) -> None:
    names = "anthropic/claude-opus-5-5, anthropic/claude-haiku-5-5,anthropic/claude-opus-5-5"
    assert [one.id for one in make(names, KEYS).models()] == ["claude-opus-5-5", "claude-haiku-5-5"]
    local = make("compatible:http://h:1#a,compatible:http://h:1#b", {})
    assert [one.id for one in local.models()] == ["a", "b"]
    (tmp_path / "a,b").mkdir()
    assert make(f"manual:{tmp_path / 'a,b'}", {}).name == "manual"


@pytest.mark.parametrize(
    "name",
    [
        "anthropic/a,compatible:http://h:1#b",
        "embedded,anthropic/a",
        "anthropic/a,",
        "anthropic/a,anthropic/",
        "anthropic/a,b",
        "compatible:http://h:1#a,compatible:http://h:2#b",
        "compatible:http://h:1#a,compatible:http://h:1",
    ],
)
def test_a_mixed_list_is_refused(name: str) -> None:
    with pytest.raises(RequestError, match="--model"):
        make(name, KEYS)


def test_rows_and_files_name_one_key() -> None:
    """The row's variable is the one that is read; its file must look for the same."""
    with_key = [row for row in UPSTREAMS if row.key]
    assert with_key
    for row in with_key:
        assert row.key == import_module(row.module).KEY
