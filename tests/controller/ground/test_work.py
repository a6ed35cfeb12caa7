"""A genome works on a task: how that ends, what is taken out, and what it can see meanwhile."""

from pathlib import Path
from typing import Any

import pytest

from controller.gateway.session import UNTOLD
from controller.ground.work import clear, exposure
from controller.ledger.queries import reservations_of_ended_tries
from controller.run.compose import VENV
from controller.sandbox.bubblewrap import Bubblewrap
from controller.sandbox.none import Unisolated
from tests.controller.commands import heirloom
from tests.controller.conftest import ROOT, git
from tests.controller.ground.working import INSTRUCTION, bench
from tests.controller.lives import bash, leftovers, patch

LEVELS = pytest.mark.parametrize("level", ["bubblewrap", "none"])
MORE = bash("echo 'print(2)' >count.py")
END = {"text": "Done.", "expect": INSTRUCTION}
SECRET = "assert count == 2"


def hide(operator: Path) -> None:
    """Commit a task with a hidden test and a solution, as the project does."""
    for name in ("tests/test_count.py", "solution/count.py", "instruction.md"):
        file = operator / "tasks" / "count-more" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(SECRET)
    git(operator, "add", "-A")
    git(operator, "commit", "--quiet", "-m", "A task")


@pytest.mark.quick(1)
@LEVELS
def test_answer_is_what_it_left(operator: Path, level: str) -> None:
    isolation = Bubblewrap(VENV) if level == "bubblewrap" else Unisolated(VENV)
    with bench(operator, [MORE, END], isolation) as ground:
        worked = ground.work()
        assert (worked.ended, worked.detail) == ("done", "")
        assert worked.answer is not None
        assert {path.name: path.read_text() for path in worked.answer.iterdir()} == {"count.py": "print(2)\n"}
        used = ground.parts.calls.of_run(ground.run.id)
        assert (worked.tokens, used.calls) == (used.total, 2)
        assert 0 < worked.seconds <= worked.wall
        assert leftovers(operator) == [worked.answer.name]
        assert (ground.operator.parent / "start" / "count.py").read_text() == "print(1)\n"
        (row,) = ground.database.rows("SELECT lineage, outcome FROM tries WHERE id = ?", worked.life)
        assert tuple(row) == ("(lineage/main)", "done")
        assert reservations_of_ended_tries(ground.database) == []


ENDS: dict[str, tuple[list[Any], dict[str, Any], str]] = {
    "gives up": ([{"error": {"status": 400, "type": "invalid_request_error", "message": "no"}}], {}, "gave up"),
    "past its seconds": ([bash("sleep 60")], {"seconds": 3}, "limit"),
    "the world fails": ([{"error": {"status": 529, "type": "overloaded_error"}}], {}, "void"),
}


@pytest.mark.quick(1)
@pytest.mark.parametrize("name", ENDS)
def test_life_on_a_task_ends(operator: Path, name: str) -> None:
    script, limits, ended = ENDS[name]
    with bench(operator, script) as ground:
        given = ground.assignment()
        worked = ground.work(limits=given.limits.model_copy(update=limits))
        assert (worked.ended, worked.answer is None) == (ended, ended == "void"), worked
        assert worked.detail or ended == "gave up"


@pytest.mark.slow
def test_spent_run_voids_a_life(operator: Path) -> None:
    with bench(operator, [MORE, END], tokens=10) as ground:
        assert (worked := ground.work()).is_void, worked
        assert "budget of the run" in worked.detail


@pytest.mark.slow
def test_genome_that_breaks_has_crashed(operator: Path) -> None:
    patch(operator, "agent/__main__.py", '    os.chdir(task["folder"])\n', "    return 10 // 0\n")
    with bench(operator, [MORE, END]) as ground:
        worked = ground.work()
        assert (worked.ended, "ZeroDivisionError" in worked.detail) == ("crashed", True)
        assert worked.answer is not None and (worked.answer / "count.py").read_text() == "print(1)\n"


@pytest.mark.slow
def test_transcript_shows_a_life_on_a_task(operator: Path) -> None:
    with bench(operator, [MORE, END]) as ground:
        worked = ground.work()
    said = heirloom(operator, "transcript", "--life", str(worked.life), "--branch", "lineage/main")
    assert said.returncode == 0, said.stderr
    assert said.stdout.startswith(f"life {worked.life} on a task, by the genome ")
    assert INSTRUCTION in said.stdout and "echo 'print(2)' >count.py" in said.stdout
    for words in (["--life", "99"], [], ["1", "--life", "1"]):
        refused = heirloom(operator, "transcript", *words, "--branch", "lineage/main")
        assert (refused.returncode, "Traceback" in refused.stderr) == (2, False)


def test_genome_without_tasks_is_refused(operator: Path) -> None:
    patch(operator, "agent/__main__.py", 'if BIRTH.get("task"):', "if False:")
    with bench(operator, [MORE, END]) as ground:
        worked = ground.work()
        assert (worked.ended, worked.detail, worked.tokens) == ("refused", UNTOLD, 0)


SEARCH = f"""{{ git -C /life/repo log --all -p; grep -rIl '{SECRET}' /life /tmp /home /root /opt /mnt /srv /var /run
find / -path /proc -prune -o -path '*/site-packages' -prune -o -path /usr -prune -o -name solution -print \\
    -o -name test_count.py -print -o -name tasks -print
grep -l -e tasks/ -e '{SECRET}' /proc/[0-9]*/environ; }} >found.txt 2>/dev/null
env >env.txt; ls /life /life/repo >ls.txt"""


@pytest.mark.slow
def test_genome_that_searches_finds_nothing(operator: Path) -> None:
    hide(operator)
    with bench(operator, [bash("sh /life/task/search.sh"), END]) as ground:
        given = ground.assignment()
        (given.start / "search.sh").write_text(SEARCH.replace("assert count", "assert coun[t]"))
        worked = ground.work()
        assert worked.ended == "done" and worked.answer is not None, worked
        assert (worked.answer / "found.txt").read_text() == ""
        told = (worked.answer / "env.txt").read_text()
        assert str(ROOT) not in told and str(operator) not in told
        seen = (worked.answer / "ls.txt").read_text()
        assert seen.split("/life/repo:")[1].split() == ["agent", "agent_context.json", "tests"]


@pytest.mark.slow
def test_search_would_find_what_is_there(operator: Path) -> None:
    hide(operator)
    with bench(operator, [bash("sh /life/task/search.sh"), END]) as ground:
        given = ground.assignment()
        (given.start / "search.sh").write_text(SEARCH)  # which now holds what it looks for
        worked = ground.work()
        assert worked.answer is not None
        assert (worked.answer / "found.txt").read_text() == "/life/task/search.sh\n"


def test_isolation_none_is_said_plainly() -> None:
    assert "hidden tests and solutions" in exposure(Unisolated(VENV))
    assert exposure(Bubblewrap(VENV)) == ""


HOSTILE = """ln -s /etc/passwd link; mkfifo pipe; ln -s / root; mkdir -p .git/x __pycache__; echo 1 >.git/x/y
echo 1 >__pycache__/count.pyc; mkdir shut; echo 2 >shut/file; chmod 0 shut/file shut"""


@pytest.mark.slow
def test_only_plain_files_come_out(operator: Path) -> None:
    with bench(operator, [bash(HOSTILE), END]) as ground:
        worked = ground.work()
        assert worked.answer is not None, worked
        found = {str(path.relative_to(worked.answer)): path for path in worked.answer.rglob("*")}
        assert set(found) == {"count.py", "shut", "shut/file"}
        assert found["shut/file"].read_text() == "2\n"


TOO_MUCH = {
    "more than 4,000 files": "mkdir many; cd many; seq 5000 | xargs touch",
    "bytes": "truncate -s 65M big",
    "deep": "for n in $(seq 40); do mkdir d; cd d; done",
    "the task's folder is gone": 'rm -r "$PWD"; ln -s / "$PWD"',
    "longer": "n=$(printf 'x%.0s' $(seq 200)); mkdir -p $n/$n/$n/$n/$n",
}


@pytest.mark.slow
@pytest.mark.parametrize("problem", TOO_MUCH)
def test_answer_past_bounds_is_none(operator: Path, problem: str) -> None:
    with bench(operator, [bash(TOO_MUCH[problem]), END]) as ground:
        worked = ground.work()
        assert (worked.ended, worked.answer) == ("done", None)
        assert problem in worked.detail
        assert leftovers(operator) == []


@pytest.mark.slow
def test_dead_controllers_lives_are_void(operator: Path) -> None:
    with bench(operator) as ground:
        tried = ground.parts.journal.begin_try(ground.run, 0, "a")
        ground.parts.folder(tried).mkdir()
        ground.parts.calls.reserve(tried.id, "script", 10)
        clear(ground.parts, "lineage/main")
        assert leftovers(operator) == []
        (row,) = ground.database.rows("SELECT outcome FROM tries WHERE id = ?", tried.id)
        assert row["outcome"] == "void"
        assert reservations_of_ended_tries(ground.database) == []
