"""What a life starts with: all that it needs, and no more of it with the lineage's age."""

import json
import re
from pathlib import Path

from agent import tools
from agent.brief import failures, situation
from agent.code_map import map_line
from agent.prompts import prompt
from agent.steps.choose_goal import OPEN_CHOICES, Choice, Choosing
from agent.steps.work import Diagnosis
from agent.toolbox import Tool, Toolbox, find_tools
from controller.contract import LESSONS, REFUSED_ASK, AgentContext, Claim, Entry, Facts
from tests.agent.fakes import workspace

LONG = "word " * 79
ROOT = Path(__file__).parents[2]
PURPOSE = "What this one of the many files is for, in a sentence of usual length."


def refused(number: int, why: str) -> Entry:
    """A life that was not taken over."""
    return Entry(generation=number, goal="g", facts=Facts(outcome="refused(tests)", parent="p", reasons=(why,)))


def test_failures_with_one_reason_are_told_together_the_most_frequent_first() -> None:
    history = (refused(1, "a.py:3: assert 6 == 4"), refused(2, "no such file"), refused(3, "a.py:9: assert 7 == 4"))
    evolved = Entry(generation=4, goal="g", facts=Facts(outcome="evolved", parent="p"))
    assert failures((*history, evolved, Entry(generation=5, goal="g"))).splitlines() == [
        "2 times, last so: refused(tests): a.py:9: assert 7 == 4",
        "1 times, last so: refused(tests): no such file",
    ]


def test_what_was_refused_when_asked_counts_as_failed() -> None:
    facts = Facts(outcome="history", parent="p", reasons=(f"{REFUSED_ASK} tests: 1 of 2 tests fail",))
    assert failures((Entry(generation=1, goal="g", facts=facts),)) == (
        "1 times, last so: history: asked, and refused by tests: 1 of 2 tests fail"
    )


def test_the_map_says_how_much_room_is_left(tmp_path: Path) -> None:
    sources = {"agent/a.py": "# Two.\na = 2\n", "agent/a.md": "a = 1", "tests/agent/test_a.py": "b = 1"}
    told = situation(AgentContext(purpose="p"), workspace(tmp_path, genome_tokens=1234).birth, sources)
    assert "agent/ holds 3 of at most 1,234 code tokens" in told


def test_the_map_names_what_is_unfinished() -> None:
    assert map_line("agent/a.py", '"""Sums."""\n') == "agent/a.py 12 Sums."
    for line in ("x = 1  # TO" + "DO: more", "    raise NotImplemented" + "Error", "@pytest.mark.sk" + "ip"):
        assert map_line("agent/a.py", f'"""Sums."""\n{line}\n').endswith("Sums. UNFINISHED")
    assert map_line("agent/a.md", "# Title\n") == "agent/a.md 8 Title"
    assert map_line("agent/a.md", "$situation\n\n# Title\n") == "agent/a.md 20 Title"
    assert map_line("a.json", '{\n "version": 1\n}\n') == "a.json 18"
    for path in Path(__file__).parents[2].glob("agent/**/*.py"):  # of which none is
        assert not map_line(path.name, path.read_text()).endswith("UNFINISHED")


def test_a_life_starts_with_at_most_42_kb_whatever_the_age_of_its_lineage(tmp_path: Path) -> None:
    claim = Claim(outcome="code", summary=LONG, expected=LONG, lesson=LONG, mutant="m" * 1500)
    facts = Facts(outcome="refused(tests)", parent="p", reasons=(LONG, LONG), tests=LONG)
    history = tuple(Entry(generation=n, goal=LONG[:200], claim=claim, facts=facts) for n in range(1, 1001))
    lessons = tuple(f"{n} {LONG}"[:400] for n in range(LESSONS))
    old = AgentContext(purpose="p" * 4000, history=history, lessons=lessons)
    there = workspace(tmp_path, generation=1000, recent=(LONG,) * 8)
    sources = {f"agent/module_{n}.py": f'"""{LONG}"""\n' for n in range(300)}
    told = {
        "situation": situation(old, there.birth, sources),
        "goal": LONG,
        "plan": LONG * 10,
        "failed": "",
        "broken": "",
    }
    tools_of_life = Toolbox(there, find_tools(tools.__name__)[0]).offers()
    for text, offers in (
        (prompt("goal", **told), Choosing(there, {"choose_goal": Choice}).offers()),
        (prompt("work", **told), tools_of_life),
    ):
        request = {"system": prompt("system"), "tools": offers, "messages": [{"role": "user", "content": text}]}
        assert len(json.dumps(request, ensure_ascii=False).encode()) <= 42_000


def large_genome() -> dict[str, str]:
    """Files of five times the seed's number. They hang on no file of this genome: it may grow."""
    sources = {}
    for part in ("", "part_0/", "part_1/", "part_2/", "part_3/"):
        for folder, count in {"": 14, "tools/": 9, "steps/": 3, "models/": 2, "prompts/": 16}.items():
            sources[f"agent/{part}{folder}__init__.py"] = '"""Parts of one kind, one a file."""\n'
            for number in range(count):
                sources[f"agent/{part}{folder}file_{number}.py"] = f'"""{PURPOSE}"""\n#{"x" * 3000}\n'
        for number in range(17):
            sources[f"tests/agent/{part}test_{number}.py"] = f'"""{PURPOSE}"""\n#{"x" * 3000}\n'
    return sources


def test_a_genome_five_times_the_seed_is_mapped_by_folders_within_12k_tokens(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    told = {
        "situation": situation(there.memory, there.birth, large_genome()),
        "goal": "",
        "plan": "",
        "failed": "",
        "broken": "",
    }
    usable = find_tools(tools.__name__)[0]
    for text, box in (
        (prompt("goal", **told), Choosing(there, {"choose_goal": Choice})),
        (prompt("work", **told), Toolbox(there, usable)),
    ):
        lines = text.split("\n")
        mapped = [line for line in lines if line.partition(" ")[0].endswith("/") and " files" in line]
        assert "agent/part_3/tools/ 10 files Parts of one kind, one a file." in "\n".join(mapped)
        assert max(map(lines.index, mapped)) < [line.startswith("agent/file_0.py") for line in lines].index(True)
        request = {"system": prompt("system"), "tools": box.offers(), "messages": [{"role": "user", "content": text}]}
        assert len(json.dumps(request, ensure_ascii=False).encode()) / 3.5 <= 12_000


def test_tools_and_system_prompt_are_at_most_12_kb(tmp_path: Path) -> None:
    offers = Toolbox(workspace(tmp_path), find_tools(tools.__name__)[0]).offers()
    assert len(json.dumps([prompt("system"), offers])) <= 12_000


def test_prompts_name_only_tools_and_fields_that_there_are() -> None:
    usable: dict[str, type[Tool]] = {**find_tools(tools.__name__)[0], **OPEN_CHOICES, "diagnose": Diagnosis}
    known = {*usable, *(field for tool in usable.values() for field in tool.model_fields)}
    known |= {"code", "history"}  # outcomes
    named = {word for text in ROOT.glob("agent/prompts/*.md") for word in re.findall(r"`(\w+)`", text.read_text())}
    assert named <= known and {"plan", "check", "removed", "edits", "leaves"} <= named


def test_each_prompt_is_under_2_kb() -> None:
    folder = Path(__file__).parents[2] / "agent" / "prompts"
    assert {path.name: size for path in folder.glob("*.md") if (size := path.stat().st_size) >= 2000} == {}
