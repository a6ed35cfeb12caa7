"""`heirloom doctor --live`: what one small call proves, against a server of the API on loopback."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.parts.provider import LAST, STREAM_HEAD, FakeProvider, Reply, chunk, event, json_reply
from controller.settings.settings import Settings
from controller.views.live import examine_live
from tests.controller.conftest import ROOT
from tests.controller.gateway.messages_api import BLOCK, END, MODEL, SAID, START, messages_api

NAMES = ["models", "reached", "streamed", "tool", "usage", "cache fields", "count"]
WHOLE = {"type": "message", "content": [], "stop_reason": "end_turn", "usage": {"input_tokens": 1, "output_tokens": 1}}
TALK = event("content_block_start", index=0, content_block={"type": "text", "text": ""}) + event(
    "content_block_delta", index=0, delta={"type": "text_delta", "text": "yes"}
)

BARE = event("message_start", message={"type": "message"})
STOP = event("message_delta", delta={"stop_reason": "tool_use"}) + event("message_stop")


def looked(one: FakeProvider, operator: Path) -> dict[str, tuple[bool, str]]:
    """Each line: whether it is fine, and what it says."""
    said: list[str] = []
    found = examine_live(Settings(model=f"compatible:{one.url}#one"), operator, said.append)
    assert said[0].startswith(f"asking compatible:{one.url}#one") and all("calling one" in line for line in said[1:])
    return {each.name.removeprefix("live "): (each.fine, each.says) for each in found}


def test_a_sound_server_proves_everything(operator: Path) -> None:
    with messages_api() as one:
        found = looked(one, operator)
    assert list(found) == NAMES and all(fine for fine, _ in found.values())
    assert "1,000,000 tokens of context" in found["models"][1]
    assert found["usage"][1].startswith("11 tokens in, 40 out; ")
    assert found["count"][1] == "7 tokens, at no cost"
    with sqlite3.connect(operator / ".git" / "heirloom" / "ledger.sqlite") as ledger:
        assert ledger.execute("SELECT input, output, reserved, status FROM calls").fetchall() == [(11, 40, 0, 200)]
        assert ledger.execute("SELECT count(*) FROM runs WHERE ended IS NULL").fetchone() == (0,)
    ledger.close()


@pytest.mark.parametrize(
    ("reply", "broken", "says"),
    [
        (json_reply(401, {"type": "error", "error": {"type": "x", "message": "no key"}}), "reached", "401: no key"),
        (Reply((STREAM_HEAD, chunk(START + TALK + END), LAST)), "tool", "not called (it stopped by tool_use)"),
        (Reply((STREAM_HEAD, chunk(START + BLOCK + SAID), LAST)), "streamed", "the answer broke off"),
        (Reply((STREAM_HEAD, chunk(BARE + BLOCK + SAID + STOP), LAST)), "usage", "not reported: all 3,3"),
        (
            json_reply(
                200,
                {
                    "type": "message",
                    "content": [],
                    "stop_reason": "end_turn",
                    "usage": {"input_tokens": 1, "output_tokens": 1},
                },
            ),
            "streamed",
            "a whole message where a stream was asked for",
        ),
    ],
    ids=["key", "talk", "cut", "silent about usage", "whole"],
)
def test_what_a_server_lacks_is_named(operator: Path, reply: Reply, broken: str, says: str) -> None:
    with messages_api(reply) as one:
        fine, said = looked(one, operator)[broken]
    assert not fine and says in said


@pytest.mark.slow
def test_an_omission_is_no_error(operator: Path) -> None:
    plain = START.replace(b'"cache_read_input_tokens": 0, "cache_creation_input_tokens": 0', b'"x": 0')
    ending = END.replace(b'"cache_read_input_tokens": 0, "cache_creation_input_tokens": 0', b'"x": 0')
    reply = Reply((STREAM_HEAD, chunk(plain + BLOCK + SAID), chunk(ending), LAST))
    with messages_api(reply, counts=False, models={"one": {"id": "one"}}) as one:
        found = looked(one, operator)
        done = subprocess.run(
            [
                sys.executable,
                "-I",
                str(ROOT / "controller" / "__main__.py"),
                "doctor",
                "--live",
                "--json",
                "--model",
                f"compatible:{one.url}#one",
                "--repository",
                str(operator),
            ],
            capture_output=True,
            text=True,
            check=True,
        )
    assert [name for name, (fine, _) in found.items() if not fine] == ["models", "cache fields", "count"]
    assert found["count"][1] == "none (404): tokens are guessed from the bytes"
    told: Any = json.loads(done.stdout)
    assert told["able"] and [line["name"] for line in told["findings"]][-7:] == [f"live {name}" for name in NAMES]


def test_a_missing_model_names_close_ones(operator: Path) -> None:
    with messages_api(models={"two": MODEL | {"id": "two"}}) as one:
        assert looked(one, operator)["live"][1] == "the provider has no model one; close to it: two"


def test_a_local_upstream_has_no_server(operator: Path) -> None:
    found = examine_live(Settings(), operator)
    assert [(one.fine, one.says) for one in found] == [(True, "embedded is no server: there is nothing to be called")]
