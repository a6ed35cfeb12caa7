"""What a provider tells of its models, over what the operator states, over careful defaults."""

from pathlib import Path
from typing import Any

import pytest

from bench.parts.provider import FakeProvider, Reply, Request, json_reply, provider
from controller.contract import ModelInfo
from controller.errors import RequestError
from controller.gateway.upstreams.anthropic import Anthropic
from controller.gateway.upstreams.catalogue import describe_models
from controller.gateway.upstreams.compatible import Compatible
from controller.settings.load import load
from controller.settings.model_facts import Stated
from tests.controller.conftest import git
from tests.controller.gateway.gateways import Gateways
from tests.controller.gateway.messages_api import MODEL, NOT_FOUND, MessagesApi, messages_api
from tests.controller.lives import END, GOAL, bash, live

YES, NO = {"supported": True}, {"supported": False}
ABLE = {
    "thinking": {**YES, "types": {"adaptive": YES, "enabled": NO, "disabled": YES, "between_tools": YES}},
    "effort": {**YES, "low": YES, "medium": YES, "high": YES, "xhigh": None, "max": NO},
}


def tell(
    there: FakeProvider, *models: str, kind: str = "anthropic", **stated: Stated
) -> tuple[tuple[ModelInfo, ...], list[str]]:
    """What a life is told, and what the operator is warned of."""
    warned: list[str] = []
    addresses = [f"{there.url}#{name}" for name in models]
    upstream = (
        Anthropic(models, "key", there.url) if kind == "anthropic" else Compatible(addresses[0], None, addresses[1:])
    )
    return describe_models(upstream, stated, warned.append), warned


def test_the_provider_describes_its_models() -> None:
    with messages_api(models={"one": MODEL | {"capabilities": ABLE}}) as one:
        (info,), warned = tell(one, "one")
    assert (info.context, info.output, info.dialect, info.caching) == (1_000_000, 128_000, "anthropic", True)
    assert (info.thinking, info.thinking_types) == (True, ("adaptive", "disabled", "between_tools"))
    assert (info.effort, info.effort_levels) == (True, ("low", "medium", "high"))
    assert (warned, one.lines) == ([], ["GET /v1/models/one"])


def test_statements_and_defaults_fill_gaps() -> None:
    models = {"one": {"id": "one", "object": "model"}, "two": {"id": "two", "max_model_len": 40_960}}
    with messages_api(models=models) as one:
        stated = Stated(output=4_000, effort=True)
        (first, second), warned = tell(one, "one", "two", kind="compatible", one=stated, two=Stated(context=7))
    assert (first.context, first.output, first.effort, first.dialect) == (65_536, 4_000, True, "schema")
    assert (second.context, second.output) == (40_960, 8_192), "the server knows better than a file"
    assert len(warned) == 1 and '[models."one"]' in warned[0] and "65,536 tokens of context" in warned[0]


@pytest.mark.parametrize(
    ("entry", "context", "output"),
    [
        ({"meta": {"n_ctx": 32_768, "n_ctx_train": 131_072}}, 32_768, 8_192),
        ({"meta": {"n_ctx": 2_048}}, 2_048, 1_024),
        ({"max_model_len": 4_096}, 4_096, 2_048),
        ({"meta": {"n_ctx": True}}, 65_536, 8_192),
        ({"meta": {"n_ctx": "many"}}, 65_536, 8_192),
        ({"meta": None}, 65_536, 8_192),
        ({"max_input_tokens": 50_000, "max_output_tokens": 4_000}, 50_000, 4_000),  # LiteLLM, of one model
        ({"type": "model", "max_input_tokens": 50_000, "max_tokens": 4_000}, 50_000, 4_000),  # its list
        ({"type": "model", "max_input_tokens": None, "max_tokens": None}, 65_536, 8_192),
    ],
)
def test_own_servers_tell_their_context(entry: dict[str, Any], context: int, output: int) -> None:
    with messages_api(models={"one": {"id": "one", **entry}}, retrieves=False) as one:
        (info,), _ = tell(one, "one", kind="compatible")
    assert (info.context, info.output) == (context, output)


def test_the_list_replaces_single_lookups() -> None:
    with messages_api(models={"q:latest": {"id": "q:latest", "max_model_len": 9000}}, retrieves=False) as one:
        assert tell(one, "q", kind="compatible")[0][0].context == 9000
    assert one.lines == ["GET /v1/models/q", "GET /v1/models?limit=1000"]


@pytest.mark.parametrize("kind", ["anthropic", "compatible"])
def test_unknown_models_name_close_ones(kind: str) -> None:
    models = {name: MODEL | {"id": name} for name in ("claude-opus-5-5", "claude-haiku-5-5", "other")}
    with (
        messages_api(models=models) as one,
        pytest.raises(RequestError, match="no model claude-opus-5; close to it: claude-opus-5-5"),
    ):
        tell(one, "claude-opus-5", kind=kind)


@pytest.mark.parametrize("told", [None, 503, "no json", [], {"data": {}}, {"data": [7]}])
def test_a_failing_list_only_warns(told: Any) -> None:
    one = FakeProvider(BrokenList(told))
    if told is not None:
        one.start()
    try:
        (info,), warned = tell(one, "one")
    finally:
        one.stop()
    assert (info.context, info.output, info.caching) == (200_000, 32_000, True)
    assert len(warned) == 1 and warned[0].startswith("one: its provider ")


class BrokenList(MessagesApi):
    """It knows no model, and answers the list of all by a status alone, or by something else than a list."""

    def __init__(self, told: Any) -> None:
        super().__init__()
        self._told = told

    def __call__(self, request: Request) -> Reply:
        if isinstance(self._told, int):
            return json_reply(self._told, {})
        if request.path == "/v1/models":
            return json_reply(200, self._told)
        return NOT_FOUND


def test_retired_models_are_refused_early() -> None:
    with provider(BrokenList(401)) as strict, pytest.raises(RequestError, match="does not know the key"):
        tell(strict, "one")
    with (
        messages_api(models={"one": MODEL | {"lifecycle": "retired"}}) as one,
        pytest.raises(RequestError, match="retired one"),
    ):
        tell(one, "one")
    with messages_api(models={"one": MODEL | {"lifecycle": "deprecated", "retires_at": "2026-12-01T00:00:00Z"}}) as one:
        assert "one is deprecated; it retires at 2026-12-01" in tell(one, "one")[1][0]


def test_odd_entries_are_ignored() -> None:
    odd = {
        "max_input_tokens": "many",
        "max_tokens": -1,
        "capabilities": {"thinking": 7, "effort": {"supported": "yes"}},
    }
    with messages_api(models={"one": {"id": "one", **odd}}) as one:
        (info,), _ = tell(one, "one")
    assert (info.context, info.output, info.thinking, info.effort) == (200_000, 32_000, False, False)


def test_a_life_has_its_listed_models(gateways: Gateways) -> None:
    with messages_api(models={}) as one:
        life = gateways.open(Anthropic(["one", "two"], "key", one.url))
        hello = {"max_tokens": 10, "messages": [{"role": "user", "content": "Hi"}]}
        statuses = [life.post({**hello, "model": name}).status for name in ("one", "two", "three")]
    assert statuses == [200, 200, 404]


def test_the_file_states_models(tmp_path: Path) -> None:
    file = tmp_path / "heirloom.toml"
    file.write_text('[models."qwen3:30b"]\ncontext = 131072\noutput = 16384\nthinking = true\n')
    stated = load({}, {}, tmp_path)[0].models["qwen3:30b"]
    assert stated.said() == {"context": 131072, "output": 16384, "thinking": True}
    file.write_text('seed = 1\n[models."q"]\ncontext = 0\n')
    with pytest.raises(RequestError, match=r"heirloom.toml, line 3: models.q.context: has to be more than 0"):
        load({}, {}, tmp_path)
    file.write_text('[models."q"]\nsize = 1\n')
    with pytest.raises(RequestError, match=r"line 2: models.q.size: unknown key; known keys: context, output"):
        load({}, {}, tmp_path)


def test_birth_json_holds_stated_models(operator: Path) -> None:
    look = "import json, os; print('x = %d' % json.load(open(os.environ['HEIRLOOM_BIRTH']))['models'][0]['context'])"
    told = live(
        operator, [GOAL, bash(f'python -c "{look}" >> agent/trait.py'), END], models={"script": Stated(context=77)}
    )
    assert told.outcomes == ["evolved"]
    assert git(operator, "show", "lineage/main:agent/trait.py").endswith("x = 77")
    assert ModelInfo.model_validate({"id": "m", "of a later contract": True}).id == "m"
