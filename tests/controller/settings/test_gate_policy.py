"""The operator's policy: errors with line and key, gates switched off, gates of the operator's own."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from controller.errors import IsolationError, RequestError
from controller.events.kinds import Warned
from controller.gates.fingerprint import gates_fingerprint
from controller.gates.judging import furnish
from controller.gates.operator_command import check_of
from controller.gates.registry import chosen, judge_by_policy, switches
from controller.gates.substance.gate import substance
from controller.ledger.report import Report
from controller.run.compose import VENV
from controller.sandbox.bubblewrap import Bubblewrap
from controller.sandbox.isolation import Command, Quota
from controller.sandbox.limits import Bounds
from controller.settings.gate_policy import DEFAULTS, GatePolicy, OperatorCommand
from controller.settings.load import load
from controller.settings.settings import Settings
from controller.settings.toml_lines import line_of
from tests.controller.cli.test_bad_input import heirloom
from tests.controller.conftest import ROOT
from tests.controller.gates.judging import candidate
from tests.controller.generation.test_gate_requests import CODE, asks, says
from tests.controller.lives import END, GOAL, bash, context, live

QUICK = GatePolicy(off=("builds", "tests", "evidence", "reproduction"))
ERRORS = {
    "an unknown key of the table": ("seed = 1\n\n[gates]\ndept = 3\n",
        "line 4: gates.dept: unknown key; did you mean debt?"),
    "an unknown key of the file": ("dept = 3\n",
        "line 1: dept: unknown key; known keys: branch"),
    "a bound that is none": ("[gates]\noff = []\nsize_band = [1, -2]\n",
        "line 3: gates.size_band.1: has to be at least 0"),
    "a band upside down": ("[gates]\n\n\nsize_band = [9, 2]\n",
        "line 4: gates.size_band: the first bound"),
    "a gate that is none": (
        '[gates]\noff = ["sheep"]\n', "line 2: gates.off.0: there is no gate 'sheep'; those that can"),
    "shape switched off": (
        '[gates]\noff = ["shape"]\n', "line 2: gates.off.0: shape cannot be switched off"),
    "a command without a command": (
        '[[gates.commands]]\nname = "a"\ncommand = "true"\n\n[[gates.commands]]\nname = "b"\n',
        "line 5: gates.commands.1.command: is missing"),
    "a time limit that is none": (
        '[[gates.commands]]\nname = "a"\ncommand = "true"\n[[gates.commands]]\nname = "b"\n'
        'command = "true"\nseconds = 0\n',
        "line 7: gates.commands.1.seconds: has to be more than 0"),
    "an unknown key of a command": (
        '[[gates.commands]]\nname = "a"\ncommand = "true"\ntimeout = 9\n',
        "line 4: gates.commands.0.timeout: unknown key; known keys: name, command, seconds, private"),
    "a name with blanks": (
        '[[gates.commands]]\nname = "a b"\ncommand = "true"\n', "line 2: gates.commands.0.name: has to match"),
    "the name of another gate": (
        '[gates]\ncommands = [{name = "tests", command = "true"}]\n',
        "line 1: gates: commands: two gates are called 'tests'"),
    "a dotted key": ("gates.debt = -1\n",
        "line 1: gates.debt: has to be at least 0, and is -1"),
    "no table": ("gates = 3\n",
        "line 1: gates: has to be a table ({…} or [gates]), and is 3"),
}  # fmt: skip


@pytest.mark.parametrize("name", ERRORS)
def test_policy_error_names_line_and_key(name: str, tmp_path: Path) -> None:
    text, said = ERRORS[name]
    (tmp_path / "heirloom.toml").write_text(text)
    with pytest.raises(RequestError) as raised:
        load({}, {}, tmp_path, gates=switches())
    assert f"heirloom.toml, {said}" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_line_of_the_longest_known_key() -> None:
    text = 'a.b = 1\n[c]\n"d" = 2\n[[c.e]]\nf = 1\n[[c.e]]\nf = [\n  2,\n]\n'
    for key, line in {("a", "b"): 1, ("c", "d"): 3, ("c", "e", 0, "f"): 5, ("c", "e", 1, "f", 0): 7, ("c", "e", 1): 6,
                      ("c", "x"): 2, ("x",): 0}.items():  # fmt: skip
        assert line_of(text, key) == line, key


def test_config_lists_every_gate_key(tmp_path: Path) -> None:
    done = heirloom("config", "--repository", str(tmp_path))
    assert all(f"gates.{key} = " in done.stdout for key in GatePolicy.model_fields), done


def test_policy_changes_the_fingerprint() -> None:
    assert (
        len({gates_fingerprint(), gates_fingerprint(GatePolicy(debt=2)), gates_fingerprint(GatePolicy(off=("tests",)))})
        == 3
    )


def test_operator_sets_an_allowance(operator: Path) -> None:
    stubs = '"""More."""\n\nMORE = 1\n\n\ndef a() -> None:\n    pass\n\n\ndef b() -> None:\n    pass\n'
    made = candidate(operator, {}, {"agent/more.py": stubs})
    assert [substance(replace(made, policy=GatePolicy(debt=debt))).result for debt in (1, 2)] == ["refuse", "pass"]
    told = [substance(replace(made, policy=GatePolicy(debt=2, size_band=band))) for band in ((9, 20), (9, 2000))]
    assert [report.result for report in told] == ["refuse", "pass"]
    assert "over the band of 9" in told[1].reason


def asked(operator: Path, command: OperatorCommand, seconds: float = 120.0, **more: Any) -> Report:
    """What an own gate says of a small change."""
    made = candidate(operator, {}, {"agent/more.py": "MORE = 1\n"})
    isolation = more.get("isolation", Bubblewrap(VENV))
    made = replace(made, room=replace(made.room, isolation=isolation, bounds=Bounds(seconds, 2**29, 2**20)))
    furnish(made)
    return check_of(command)(made)


OWN = {
    "one that passes": ("test -e agent/more.py", "pass", ""),
    "one that refuses": ("echo too slow; exit 3", "refuse", "the operator's command ended with exit 3"),
    "one that is killed": ("kill -9 $$", "refuse", "ended with signal 9"),
    "one that takes too long": ("sleep 600", "refuse", "did not end within 0.5 s"),
    "one that is not there": ("./nowhere --fast", "unknown", "cannot be started, on the parent neither"),
    "one that only the parent has": ("bash agent/gone.sh", "refuse", "ended with exit 127"),
    "one that wants the network": ("python -c 'import socket; socket.create_connection((\"1.1.1.1\", 53), 2)'",
                                   "refuse", "ended with exit 1"),
    "one that writes": ("touch agent/x", "refuse", "ended with exit 1"),
}  # fmt: skip


@pytest.mark.parametrize("name", OWN)
def test_operators_command_decides_by_its_end(name: str, operator: Path) -> None:
    command, result, reason = OWN[name]
    (operator / "agent" / "gone.sh").write_text("exit 0\n")
    if "parent has" in name:
        made = candidate(operator, {}, {"agent/gone.sh": None})
        made = replace(made, room=replace(made.room, isolation=Bubblewrap(VENV)))
        furnish(made)
        report = check_of(OperatorCommand(name="mine", command=command))(made)
    else:
        report = asked(operator, OperatorCommand(name="mine", command=command, seconds=0.5 if "long" in name else 120))
    assert (report.name, report.result) == ("mine", result)
    assert reason in report.reason
    assert "too slow" in report.evidence or name != "one that refuses"


def test_evidence_of_a_command_is_bounded(operator: Path) -> None:
    report = asked(operator, OperatorCommand(name="mine", command="yes | head -c 300000; echo the end; exit 1"))
    assert len(report.evidence) <= 4000 and report.evidence.endswith("the end\n")


class NoSandboxes(Bubblewrap):
    """A machine on which no sandbox can be made."""

    def wrap(self, command: Command, channel: int | None = None, quota: Quota = Quota()) -> list[str]:  # noqa: B008
        raise IsolationError("bwrap: no more namespaces")


def test_failed_sandbox_is_no_answer(operator: Path) -> None:
    report = asked(operator, OperatorCommand(name="mine", command="true"), isolation=NoSandboxes(VENV))
    assert (report.result, "no more namespaces" in report.reason) == ("unknown", True)


def test_operators_gates_are_asked_last(operator: Path) -> None:
    mine = OperatorCommand(name="mine", command="exit 4")
    policy = GatePolicy(off=("tests", "evidence", "reproduction"), commands=(mine,))
    assert [gate.name for gate in chosen(policy)] == ["shape", "context", "substance", "goal", "builds", "mine"]
    made = replace(candidate(operator, {}, {"agent/more.py": '"""More."""\n\nMORE = 1\n'}), policy=policy)
    verdict, reports = judge_by_policy(made)
    assert (verdict.decision, verdict.gate, len(reports)) == ("refuse", "mine", 6)
    assert "MORE" not in str(reports)


@pytest.mark.slow
def test_switched_off_gates_are_announced(operator: Path) -> None:
    change = bash("echo 'changed = 1' >> agent/__init__.py")
    for number in range(2):
        told = live(operator, [GOAL, change if not number else bash("echo 'more = 1' >> agent/__init__.py"), END],
                    gates=QUICK)  # fmt: skip
        said = [event.text for event in told.events if isinstance(event, Warned)]
        assert said == [f"gates switched off in heirloom.toml: {', '.join(QUICK.off)}; what they refuse gets through"]
    assert told.outcomes == ["evolved", "evolved"]
    trailers = told.generations[-1].trailers
    assert trailers["Config"].endswith(" -builds -tests -evidence -reproduction")
    assert trailers["Gates"] == "shape=pass context=pass substance=pass goal=pass"
    plain = live(operator, [GOAL, END], branch="lineage/other", gates=DEFAULTS).generations[0]
    assert len(plain.trailers["Config"]) == 12


@pytest.mark.slow
def test_private_gate_leaves_no_evidence(operator: Path) -> None:
    policy = GatePolicy(
        off=QUICK.off,
        commands=(
            OperatorCommand(name="held-out", command="echo the answer is 42; exit 1", private=True),
            OperatorCommand(name="open", command="echo in the open; exit 1"),
        ),
    )
    told = live(operator, [GOAL, asks(CODE), says("refused by open")], gates=policy)
    assert told.outcomes == ["refused(held-out)"]
    reasons = context(operator, 1)["history"][-1]["facts"]["reasons"]
    assert reasons == ["held-out: the operator's command ended with exit 1"]
    live(operator, [bash(CODE), END], gates=policy.model_copy(update={"commands": policy.commands[1:]}))
    assert "in the open" in str(context(operator, 2)["history"][-1]["facts"]["reasons"])


@pytest.mark.slow
def test_gate_command_asks_operators_gates(operator: Path) -> None:
    live(operator, [GOAL, bash("echo 'changed = 1' >> agent/__init__.py"), END], gates=QUICK)
    (operator / "heirloom.toml").write_text(
        '[gates]\noff = ["builds", "tests", "reproduction"]\n[[gates.commands]]\nname = "mine"\n'
        'command = "echo found; exit 1"\n'
    )
    done = heirloom("gate", "lineage/main", "--repository", str(operator))
    assert done.returncode == 3
    assert "gates switched off in heirloom.toml: builds, tests, reproduction" in done.stdout
    assert "found" in done.stdout and done.stdout.rstrip().endswith("verdict: refuse (mine)")


def test_the_defaults_are_the_settings(tmp_path: Path) -> None:
    assert Settings().gates == DEFAULTS == load({}, {}, tmp_path)[0].gates


def test_docs_name_every_gate_key(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "gates.md").read_text()
    assert not [key for key in GatePolicy.model_fields if f"`{key}`" not in text and f"\n{key} = " not in text
                and f"[[gates.{key}]]" not in text]  # fmt: skip
    (tmp_path / "heirloom.toml").write_text(text.partition("```toml\n")[2].partition("```")[0])
    settings, _ = load({}, {}, tmp_path, gates=switches())
    assert settings.gates.off == ("evidence",)
    assert [one.name for one in settings.gates.commands if one.private] == ["slow-queries"]
