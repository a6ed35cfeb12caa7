"""The table of gates: one more row is a gate everywhere."""

from dataclasses import replace
from pathlib import Path

import pytest

from controller.errors import RequestError
from controller.gates.cache import remembering
from controller.gates.candidate import Candidate
from controller.gates.gate import Gate
from controller.gates.judging import judge
from controller.gates.registry import GATES, chosen, switches
from controller.ledger.report import Report
from controller.settings.gate_policy import GatePolicy, OperatorCommand
from controller.settings.load import load
from controller.views.config import lines
from tests.controller.cli.test_bad_input import heirloom
from tests.controller.gates.judging import candidate

ASKED: list[str] = []


def no_sheep(one: Candidate) -> Report:
    """Refuses what speaks of sheep."""
    ASKED.append(one.commit)
    text = one.lineage.read(one.commit, "agent/more.py", 1000) or ""
    return Report("", "refuse", "it speaks of sheep") if "sheep" in text else Report("", "pass")


SHEEP = Gate("sheep", no_sheep, reads_only=True, cached_by="files")
WITH_SHEEP = (*GATES[:4], SHEEP)  # those that read, and the new one
MORE = {"agent/more.py": 'MORE = "sheep"\n'}


def test_answers_hold_as_they_must() -> None:
    """Goal and claim stand in agent_context.json: who reads them may not keep an answer for the files alone."""
    assert {gate.name: gate.cached_by for gate in GATES} == {
        **dict.fromkeys(("shape", "context", "substance", "goal"), "nothing"),
        **dict.fromkeys(("builds", "reproduction"), "files"),
        **dict.fromkeys(("tests", "evidence"), "tree"),
    }


def test_grandchild_is_asked_about() -> None:
    assert [gate.name for gate in GATES if gate.of_grandchild] == ["shape", "context", "substance", "builds"]


def test_row_is_asked_and_decides(operator: Path) -> None:
    verdict, reports = judge(candidate(operator, {}, MORE), chosen(GatePolicy(), WITH_SHEEP))
    assert (verdict.decision, verdict.gate) == ("refuse", "sheep")
    assert (reports[-1].name, reports[-1].reason) == ("sheep", "it speaks of sheep")


def test_a_row_is_cached_by_its_column(operator: Path) -> None:
    one = candidate(operator, {}, MORE)
    ASKED.clear()
    for row, asked in ((SHEEP, 1), (replace(SHEEP, cached_by="nothing"), 3)):
        for _ in range(2):
            assert judge(one, remembering((row,), one, "a"))[0].gate == "sheep"
        assert len(ASKED) == asked


def test_a_row_can_be_switched_off(operator: Path, tmp_path: Path) -> None:
    (tmp_path / "heirloom.toml").write_text('[gates]\noff = ["sheep"]\n')
    policy = load({}, {}, tmp_path, gates=switches(WITH_SHEEP))[0].gates
    assert SHEEP not in chosen(policy, WITH_SHEEP)
    assert judge(candidate(operator, {}, MORE), chosen(policy, WITH_SHEEP))[0].decision == "pass"


def test_a_row_may_refuse_to_be_off(tmp_path: Path) -> None:
    (tmp_path / "heirloom.toml").write_text('[gates]\noff = ["sheep"]\n')
    gates = (replace(SHEEP, always="the wolf would come"),)
    with pytest.raises(RequestError, match=r"line 2: gates.off.0: .*sheep cannot be switched off: the wolf would come"):
        load({}, {}, tmp_path, gates=switches(gates))
    with pytest.raises(RequestError, match="the wolf would come"):
        chosen(GatePolicy(off=("sheep",)), gates)


def test_policy_made_in_code_is_checked() -> None:
    with pytest.raises(RequestError, match="there is no gate 'sheep'"):
        chosen(GatePolicy(off=("sheep",)))


def test_no_unsound_tree_is_unpacked(operator: Path) -> None:
    one = candidate(operator, {}, MORE)
    runs = Gate("runs", lambda _: Report("", "pass"))
    gates = (replace(SHEEP, always="it guards"), runs)
    assert [report.name for report in judge(one, gates, everything=True)[1]] == ["sheep"]
    assert not one.room.folder.exists()
    assert [report.name for report in judge(one, (SHEEP, runs), everything=True)[1]] == ["sheep", "runs"]
    assert (one.room.folder / "child").is_dir()


def test_command_may_not_take_rows_name(tmp_path: Path) -> None:
    (tmp_path / "heirloom.toml").write_text('[[gates.commands]]\nname = "sheep"\ncommand = "true"\n')
    assert load({}, {}, tmp_path, gates=switches())[0].gates.commands == (
        OperatorCommand(name="sheep", command="true"),
    )
    with pytest.raises(RequestError, match="two gates are called 'sheep'"):
        load({}, {}, tmp_path, gates=switches(WITH_SHEEP))


def test_a_row_is_in_config() -> None:
    settings, origin = load({}, {}, None)
    (line,) = [text for text in lines(settings, origin, WITH_SHEEP) if "gates that can be off" in text]
    assert line.endswith("context, substance, goal, sheep")


def test_config_lists_what_can_be_off(tmp_path: Path) -> None:
    done = heirloom("config", "--repository", str(tmp_path))
    told = " ".join(done.stdout.split())
    names = [gate.name for gate in GATES if not gate.always]
    assert f"gates that can be off: {', '.join(names)}" in told, done


def test_every_gate_has_its_own_name() -> None:
    assert len({gate.name for gate in GATES}) == len(GATES)
    assert [gate.name for gate in GATES if gate.always] == ["shape"]
    assert [gate.name for gate in GATES if not gate.life_may_ask] == ["context"]
