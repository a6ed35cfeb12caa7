"""A run that waits or is paused: durable, seen, and over when the world answers again."""

import io
import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from controller.errors import StoppedEarly
from controller.events.kinds import CallContinued, CallWaiting, Event, RunContinued, RunWaiting, Warned
from controller.gateway.admission import Admission
from controller.gateway.server import Gateway
from controller.run.start import run
from controller.settings.settings import Settings
from controller.state.place import locate
from controller.views.progress import Countdown, Screen
from controller.views.status import collect, show
from tests.controller.commands import command, first_event, start
from tests.controller.conftest import ROOT
from tests.controller.gateway.gateways import Gateways
from tests.controller.lives import END, GOAL, HOLD, READING, bash, history, leftovers, live, release

KEY = "HEIRLOOM_COMPATIBLE_KEY"
OVERLOADED = {"error": {"status": 529, "type": "overloaded_error", "message": "Overloaded"}}
CHANGE = bash("echo 'changed = 1' >> agent/__init__.py")


class Provider:
    """A model behind HTTP that comes and goes."""

    def __init__(self, folder: Path, *lives: list[Any]) -> None:
        folder.mkdir()
        self.gateways = Gateways(folder)
        self.gateway = Gateway(self.gateways.script(*lives), self.gateways.calls)
        self.gateway.start()
        with socket.create_server(("127.0.0.1", 0)) as found:
            self.port: int = found.getsockname()[1]
        self.name = f"compatible:http://127.0.0.1:{self.port}#script"

    def come(self) -> None:
        tried = self.gateways.begin_try()
        admission = Admission(tried.id, 1, "the key", models=("script",))
        self.gateway.admit(admission, socket.create_server(("127.0.0.1", self.port)))

    def close(self) -> None:
        self.gateway.stop()
        self.gateways.close()


def text_of(operator: Path) -> str:
    """What `heirloom status` prints."""
    out = io.StringIO()
    show(locate(operator, "lineage/main"), Console(file=out, width=200), as_json=False)
    return out.getvalue()


@pytest.mark.slow
def test_run_waits_for_a_lost_provider(operator: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, "the key")
    provider, waits, seen = Provider(tmp_path / "provider", [GOAL, CHANGE, END]), list[float](), list[str]()

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        seen.append(text_of(operator))
        if len(waits) == 3:
            provider.come()

    events: list[Event] = []
    settings = Settings(model=provider.name, isolation="bubblewrap", generations=1, patience=0)
    try:
        run(settings, operator, None, events.append, sleep=sleep)
    finally:
        provider.close()
    assert waits == [5.0, 10.0, 20.0]
    told = [event.name for event in events]
    assert (told.count("aborted"), told.count("paused"), told.count("continued")) == (1, 3, 1)
    assert "cannot be reached" in next(event.text for event in events if isinstance(event, Warned))
    one = history(operator)[0]
    assert (one.number, one.outcome, one.trailers["Tries"]) == (1, "evolved", "2")
    assert "paused      provider, since " in seen[0] and "the provider cannot be reached: ConnectError" in seen[0]
    assert "looked at again in 5 s" in seen[0] and f"process {os.getpid()}" in seen[0]
    assert collect(locate(operator, "lineage/main")).as_json()["paused"] is None


def test_left_run_stays_paused_until_rerun(operator: Path) -> None:
    with pytest.raises(StoppedEarly, match=r"waiting\(provider\): the provider answers 529 .*; run again when"):
        live(operator, [GOAL, OVERLOADED], exit_on_pause=True)
    paused = collect(locate(operator, "lineage/main")).as_json()["paused"]
    assert (paused["kind"], paused["reason"]) == ("provider", "the provider answers 529 overloaded_error: Overloaded")
    assert "run again to go on" in text_of(operator)
    told = live(operator, [GOAL, END])
    assert told.outcomes == ["history"]
    assert told.names[1:3] == ["resumed", "continued"]  # after what is switched off
    assert told.generations[0].trailers["Tries"] == "2"


@pytest.mark.slow
def test_wait_outlives_the_controller(operator: Path) -> None:
    words = command(operator, [[GOAL, OVERLOADED]], "--generations", "1")
    with start(words, HEIRLOOM_PATIENCE="0") as process:
        assert first_event(process, "paused")["kind"] == "provider"
        process.kill()
    found = collect(locate(operator, "lineage/main")).as_json()
    assert (found["controller"], found["paused"]["kind"], found["run"]["ended"]) == (None, "provider", None)
    assert leftovers(operator) == []
    assert live(operator, [GOAL, END]).outcomes == ["history"]


@pytest.mark.slow
def test_exit_on_pause_exits_3(operator: Path) -> None:
    words = command(operator, [[GOAL, OVERLOADED]], "--generations", "1", "--exit-on-pause")
    done = subprocess.run(
        words, capture_output=True, text=True, check=False, env={**os.environ, "HEIRLOOM_PATIENCE": "0"}
    )
    assert (done.returncode, done.stderr.count("\n")) == (3, 1)
    assert "waiting(provider): the provider answers 529 overloaded_error: Overloaded" in done.stderr
    main = [sys.executable, "-I", str(ROOT / "controller" / "__main__.py")]
    status = subprocess.run(
        [*main, "status", "--json", "--repository", str(operator)], capture_output=True, text=True, check=True
    )
    assert json.loads(status.stdout)["paused"]["kind"] == "provider"


def test_refusing_provider_pauses_the_run(operator: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, "the key")
    unpaid = {"error": {"status": 402, "type": "billing_error", "message": "no credit"}}
    provider = Provider(tmp_path / "provider", [GOAL, unpaid])
    provider.come()
    try:
        with pytest.raises(
            StoppedEarly, match=r"stands still: refused: the provider refuses us: .* 402 .*; there is no credit; pay"
        ):
            live(operator, [GOAL], model=provider.name)
    finally:
        provider.close()
    assert (collect(locate(operator, "lineage/main")).as_json()["paused"]["kind"], history(operator)) == ("refused", [])


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_disk_filled_by_each_try_pauses(operator: Path) -> None:
    state = operator / ".git" / "heirloom"
    state.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=290m", "tmpfs", str(state)], check=True)
    left = "$(($(df --output=avail -B1M /life/tmp | tail -1) - 9))"
    fill = bash(f"dd if=/dev/zero of=/life/tmp/fill bs=1M count={left}; kill -9 $PPID")
    try:
        with pytest.raises(StoppedEarly, match="stands still: disk: generation 1 was ended 4 times in a row: the disk"):
            live(operator, [GOAL, fill])
        assert leftovers(operator) == []
    finally:
        subprocess.run(["umount", str(state)], check=True)


@pytest.mark.slow
def test_waiting_call_is_reported_with_times(operator: Path) -> None:
    events = list[Event]()

    def watch(event: Event) -> None:
        events.append(event)
        if isinstance(event, CallContinued):
            release(operator)

    script = operator.parent / "script.json"
    script.write_text(json.dumps({"lives": [[GOAL, OVERLOADED, HOLD, END]]}))
    settings = Settings(model=f"script:{script}", isolation="bubblewrap", generations=1, patience=400, gates=READING)
    run(settings, operator, None, watch)
    waiting = next(event for event in events if isinstance(event, CallWaiting))
    assert waiting.reason == "the provider answers 529 overloaded_error: Overloaded"
    assert 0 < waiting.seconds <= 1 and 200 < waiting.left <= 400
    names = [event.name for event in events]
    assert names.index("waiting") < names.index("continued") < names.index("done")


def test_screen_counts_down_each_pause_once() -> None:
    out = io.StringIO()
    screen = Screen(Console(file=out, width=200))
    paused = RunWaiting("r", "provider", "it is [gone]", since=1.0, seconds=9.0)
    waiting = CallWaiting(2, 1, "busy", seconds=4.0, left=30.0)
    for event in (waiting, paused, paused, RunContinued("r")):
        screen(event)
    screen.close()
    assert out.getvalue().count("waiting(provider): it is [gone]; looked at again in 9 s") == 1
    now = [100.0]
    shown = Countdown("asked again in", 4.0, lambda: now[0]).then("given up in", 30.0)
    now[0] += 3
    assert shown.__rich__() == "asked again in 1 s, given up in 27 s"


ASK = """python - <<'EOF'
import json, os, urllib.request
body = json.dumps({"model": "script", "max_tokens": 100, "messages": [{"role": "user", "content": "Hello" * 2000}]})
head = {"authorization": "Bearer " + os.environ["ANTHROPIC_API_KEY"], "content-type": "application/json"}
asked = urllib.request.Request(os.environ["ANTHROPIC_BASE_URL"] + "/v1/messages", body.encode(), head)
print(urllib.request.urlopen(asked).read().decode())
EOF"""


def test_call_of_the_shell_is_metered(operator: Path) -> None:
    mine = {"text": "to the shell", "usage": {"input_tokens": 7000, "output_tokens": 77}}
    told = live(operator, [GOAL, bash(ASK), mine, CHANGE, END])
    assert told.outcomes == ["evolved"]
    assert int(told.generations[0].trailers["Tokens-In"]) > 7000
    assert int(told.generations[0].trailers["Tokens-Out"]) > 77
    assert collect(locate(operator, "lineage/main")).as_json()["run"]["made"] == 5
