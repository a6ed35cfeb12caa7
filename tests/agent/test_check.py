"""What a life asks of itself."""

import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from agent.checks import failing_part
from agent.errors import Refused, ToolError
from agent.models.claude import Claude
from agent.tools.check import Check
from agent.tools.done import Done
from controller.contract import Claim, ModelInfo
from tests.agent.fakes import Broken, Doubles, Sound, git, memory, workspace

SETTINGS = Path(__file__).parents[2] / "controller/gates/inside"


def test_each_way_of_being_broken_is_found(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    (there.root / "agent" / "new.py").write_text("import nowhere_to_be_found\n")
    report = str(there.check())
    assert report.startswith("failed: [exit 1]\n") and "nowhere_to_be_found" in report
    (there.root / "agent" / "new.py").write_text("def (\n")
    assert "SyntaxError" in str(there.check())
    (there.root / "agent" / "new.py").unlink()
    (there.root / "agent" / "sums.py").write_text("def double(number: int) -> int:\n    return number * 3\n")
    report = str(there.check())
    assert report.startswith("failed: [exit 1]\n") and "assert 6 == 4" in report


def test_the_check_of_what_stands_is_not_repeated(tmp_path: Path) -> None:
    there = workspace(tmp_path, check=Doubles)
    (there.root / "agent" / "sums.py").write_text("def double(number: int) -> int:\n    return number * 3\n")
    assert there.check() is there.check()
    (there.root / "agent" / "sums.py").write_text("def double(number: int) -> int:\n    return number * 4\n")
    assert "assert 8 == 4" in str(there.check())


def test_a_chosen_test_runs_alone_and_shows_its_failure_first(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    (there.root / "tests/agent/test_red.py").write_text(
        "import pytest\n\n\n@pytest.mark.parametrize('n', range(99))\ndef test_n(n: int) -> None:\n    assert n != 98\n"
    )
    red = Check(tests=["tests/agent/test_red.py"]).run(there)
    assert red.failed and red.text.split("\n")[:2][0] == "failed: [exit 1]"
    assert "FAILURES" in red.text.split("\n")[1] and "assert 98 != 98" in red.text
    assert there.good == there.steps[0]


@pytest.mark.parametrize(
    ("output", "kept"),
    [
        ("[exit 1]\n....F\n=== FAILURES ===\nwhy\n1 failed", "[exit 1]\n=== FAILURES ===\nwhy\n1 failed"),
        ("[exit 2]\n\n=== ERRORS ===\nwhy", "[exit 2]\n=== ERRORS ===\nwhy"),
        ("[exit 0]\n..\n2 passed", "[exit 0]\n..\n2 passed"),
        ("[exit 1]\nTraceback", "[exit 1]\nTraceback"),
    ],
)
def test_what_failed_comes_first(output: str, kept: str) -> None:
    assert failing_part(output) == kept


def test_what_passes_is_shown_as_it_would_be_handed_on(tmp_path: Path) -> None:
    there = workspace(tmp_path, check=Sound)
    (there.root / "agent/new.py").write_text("A = 1\n")
    (there.root / "protected.txt").write_text("mine\n")
    told = Check().run(there).text
    assert told.startswith("passed: 1 passed\ndiff --git a/agent/new.py") and "+A = 1" in told
    assert "protected" not in told


def test_what_went_stands_in_the_claim() -> None:
    claim = Done(outcome="code", summary="Less.", expected="e" * 400, removed="the option margin").claim()
    assert claim.expected.startswith("Removed: the option margin. eee") and len(claim.expected) == 400


def test_what_a_command_exports_does_not_reach_the_check(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    (there.root / "agent" / "sums.py").write_text("def double(number: int) -> int:\n    return number * 3\n")
    there.shell.run("export PYTEST_ADDOPTS='--co -q'", 10)
    assert not there.check().passed


@pytest.mark.slow  # for mypy's first look at the library
def test_types_and_lint_are_checked_where_the_gates_settings_are(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    (there.root / "agent" / "sums.py").write_text("import os\n\n\ndef double(number):\n    return number * 2\n")
    assert there.check(lint=True).passed
    shutil.copytree(SETTINGS, there.root / "controller/gates/inside")
    (there.root / "controller/gates/inside/mypy.ini").write_text("[mypy]\nstrict = True\nfollow_imports = skip\n")
    (there.root / "agent" / "new.py").write_text('"""New."""\n')
    report = there.check(lint=True)
    assert not report.passed
    assert "agent/sums.py:1:8: F401" in report.text and "agent/sums.py:4: error: Function is missing" in report.text
    assert there.check().passed


def test_a_state_that_the_gates_refused_is_not_asked_about_again(tmp_path: Path) -> None:
    there = workspace(tmp_path, check=Sound, asks=3)
    answers = ["refused by tests: assert 6 == 4"]
    there.ask_gates = lambda: answers.pop(0)
    (there.root / "agent" / "new.py").write_text("A = 1\n")
    done = Done(outcome="code", summary="It adds.")
    for text in ("^refused by tests", "refused this very state before; change it first: refused by tests"):
        with pytest.raises(Refused, match=text):
            done.run(there)
    assert there.good == git(there.root, "rev-parse", f"{there.birth.parent}^{{tree}}")


def test_after_a_refusal_head_is_the_parent_and_the_diff_is_whole(tmp_path: Path) -> None:
    there = workspace(tmp_path, check=Sound, asks=3)
    there.ask_gates = lambda: "refused by tests"
    (there.root / "agent" / "new.py").write_text("A = 1\n")
    with pytest.raises(Refused):
        Done(outcome="code", summary="It adds.").run(there)
    assert git(there.root, "rev-parse", "HEAD") == there.birth.parent
    assert git(there.root, "diff", "HEAD", "--name-only") == "agent/new.py"


def test_code_is_not_handed_off_before_it_is_ready(tmp_path: Path) -> None:
    there = workspace(tmp_path, check=Broken)
    done = Done(outcome="code", summary="s")
    with pytest.raises(ToolError, match="nothing was changed"):
        done.run(there)
    (there.root / "tests" / "agent" / "test_new.py").write_text("assert False\n")
    with pytest.raises(ToolError, match="only tests changed: give in `mutant`"):
        done.run(there)
    with pytest.raises(ToolError, match=r"failed: \[exit"):
        done.model_copy(update={"mutant": "--- a/agent/sums.py"}).run(there)
    assert Done(outcome="history", summary="s").run(there).text == "handed off"


def test_what_the_gate_refuses_comes_back_before_the_life_is_over(tmp_path: Path) -> None:
    there = workspace(tmp_path, check=Sound, asks=3)
    answers = ["refused by tests: assert 6 == 4", ""]
    there.ask_gates = lambda: answers.pop(0)
    (there.root / "agent" / "sums.py").write_text("def double(number: int) -> int:\n    return number + number\n")
    done = Done(outcome="code", summary="It adds.", mutant="a diff")
    with pytest.raises(ToolError, match=r"^refused by tests: assert 6 == 4$"):
        done.run(there)
    seen = memory(there).history[-1]
    assert seen.claim == Claim(outcome="code", summary="It adds.", mutant="a diff")
    assert git(there.root, "diff", there.birth.parent, "--", "agent_context.json") == ""
    checked = there.check(lint=True)
    (there.root / "agent" / "new.py").write_text("A = 1\n")
    assert done.run(there).text == "handed off"
    (there.root / "agent" / "new.py").unlink()
    assert there.check(lint=True) is checked
    assert answers == []


class Gate(BaseHTTPRequestHandler):
    """Answers as the gateway does, by its path; and cut off, or not at all."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        told = ANSWERS[self.path.split("/")[1]]
        self.send_response(200 if told else 404)
        self.send_header("content-length", str(len(told) + ("cut" in self.path)))
        self.send_header("connection", "close")
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


PING = b'{"type": "judging", "asks_left": 2}\n{"type": "ping"}\n'
ANSWERS = {
    "refused": PING + b'{"type": "verdict", "decision": "refuse", "gate": "tests", "text": "assert 6 == 4"}\n',
    "passed": PING + b'{"type": "verdict", "decision": "pass", "text": "all is well"}\n',
    "unsure": PING + b'{"type": "verdict", "decision": "unknown", "text": "no sandbox"}\n',
    "pings": PING,
    "cut": PING + b'{"type": "verd',
    "torn": PING + b'{"type": "verd\n',
    "absent": b"",
}


def test_only_a_refusal_of_the_gates_is_an_objection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = {}
    monkeypatch.setenv("ANTHROPIC_API_KEY", "k")
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))  # none: a client takes 30 ms to read them
    with ThreadingHTTPServer(("127.0.0.1", 0), Gate) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        for path in ANSWERS:
            monkeypatch.setenv("ANTHROPIC_BASE_URL", f"http://127.0.0.1:{server.server_port}/{path}")
            said[path] = Claude(ModelInfo(id="m"), 60).ask_gates()
        server.shutdown()
        thread.join()
    assert said.pop("refused") == "assert 6 == 4"
    assert set(said.values()) == {""}
