"""What a life asks of itself."""

from pathlib import Path

import pytest

from agent.errors import ToolError
from agent.tools.done import Done
from controller.contract import GENOME_BYTES
from tests.agent.fakes import place


def test_each_way_of_being_broken_is_found(tmp_path: Path) -> None:
    there = place(tmp_path)
    (there.root / "agent" / "new.py").write_text("import nowhere_to_be_found\n")
    report = str(there.check())
    assert report.startswith("failed: exit 1\n") and "nowhere_to_be_found" in report
    (there.root / "agent" / "new.py").write_text("def (\n")
    assert "agent/new.py does not compile" in there.check().text
    (there.root / "agent" / "new.py").write_text("#" * GENOME_BYTES)
    assert there.check().text.endswith("at most 49,152 are allowed")
    (there.root / "agent" / "new.py").unlink()
    (there.root / "agent" / "sums.py").write_text("def double(number: int) -> int:\n    return number * 3\n")
    report = str(there.check())
    assert report.startswith("failed: exit 1\n") and "assert 6 == 4" in report


def test_the_check_of_what_stands_is_not_repeated(tmp_path: Path) -> None:
    there = place(tmp_path)
    (there.root / "agent" / "new.py").write_text("def (\n")
    assert there.last_check() is there.last_check()
    (there.root / "agent" / "new.py").write_text("a = '\n")
    assert "unterminated" in there.last_check().text


def test_code_is_not_handed_off_before_it_is_ready(tmp_path: Path) -> None:
    there = place(tmp_path)
    done = Done(outcome="code", summary="s")
    with pytest.raises(ToolError, match="nothing of the genome differs"):
        done.run(there)
    (there.root / "tests" / "agent" / "test_new.py").write_text("assert False\n")
    with pytest.raises(ToolError, match="only tests changed: give in `mutant`"):
        done.run(there)
    with pytest.raises(ToolError, match="failed: exit"):
        done.model_copy(update={"mutant": "--- a/agent/sums.py"}).run(there)
    assert Done(outcome="history", summary="s").run(there) == "handed off"
