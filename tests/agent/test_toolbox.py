"""Tools are found by their files and offered by what they declare."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent import tools
from agent.models.messages import Call
from agent.steps.choose_goal import Choice
from agent.toolbox import Toolbox, find_tools, offer
from controller.contract import ModelInfo
from tests.agent.fakes import workspace

EDITOR = "str_replace_based_edit_tool"
GOOD = '''
from agent.toolbox import Tool


class Good(Tool):
    """Do good."""

    word: str = "x"

    def run(self, workspace):
        return self.word + 1
'''


@pytest.fixture
def package(tmp_path: Path) -> Iterator[str]:
    folder = tmp_path / "strange_tools"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "a_broken.py").write_text("import nowhere_to_be_found\n")
    (folder / "b_empty.py").write_text("")
    (folder / "c_good.py").write_text(GOOD)
    (folder / "d odd.py").write_text(GOOD)
    sys.path.insert(0, str(tmp_path))
    yield "strange_tools"
    sys.path.remove(str(tmp_path))
    for name in [name for name in sys.modules if name.split(".")[0] == "strange_tools"]:
        del sys.modules[name]


def test_the_tools_of_a_life_are_its_files() -> None:
    usable, broken = find_tools(tools.__name__)
    assert list(usable) == ["bash", "check", "done", "history", "outline", "plan", "search", EDITOR, "undo"]
    assert broken == {}


def test_a_broken_file_is_left_out_and_named(package: str) -> None:
    usable, broken = find_tools(package)
    assert list(usable) == ["c_good"]
    assert "nowhere_to_be_found" in broken["a_broken"]
    assert "one subclass of Tool" in broken["b_empty"]
    assert "a file with a plain name" in broken["d odd"]


def test_a_tool_that_fails_is_told_to_the_model(package: str, tmp_path: Path) -> None:
    box = Toolbox(workspace(tmp_path), find_tools(package)[0])
    told = box.run(Call("1", "c_good", {}))
    assert told.error and told.text.startswith("the tool c_good is broken: TypeError")


def test_a_tool_is_offered_by_docstring_and_fields(tmp_path: Path) -> None:
    offered = {one["name"]: one for one in Toolbox(workspace(tmp_path), find_tools(tools.__name__)[0]).offers()}
    bash = offered["bash"]["input_schema"]
    assert bash["required"] == ["command"]
    assert bash["properties"]["command"] == {"type": "string"}
    assert offered["check"]["description"].startswith("Compile and import all of agent/")
    assert "title" not in str(offered)
    assert offer("choose_goal", Choice)["input_schema"]["properties"]["title"]["type"] == "string"


def test_models_that_were_trained_on_a_tool_get_it_in_the_providers_form(tmp_path: Path) -> None:
    there = workspace(tmp_path, models=(ModelInfo(id="m", dialect="anthropic"),))
    offered = Toolbox(there, find_tools(tools.__name__)[0]).offers()
    assert {"type": "bash_20250124", "name": "bash"} in offered
    assert {"type": "text_editor_20250728", "name": "str_replace_based_edit_tool"} in offered
