"""A check that runs pytest is told from one that does not, in whatever usual way it is spelt."""

import pytest

from controller.errors import RequestError
from controller.settings.pytest_command import Pytest, Shell, steps_of

FILE = "tests/agent/test_editor.py"


@pytest.mark.parametrize(
    ("check", "run"),
    [
        (f"python -m pytest -q {FILE} -k not_found", Pytest((FILE,), "not_found")),
        ("pytest", Pytest()),
        (f"py.test {FILE}::test_x[1]", Pytest((f"{FILE}::test_x[1]",))),
        (f"python3 -Bm pytest -qx {FILE} -m 'not slow' -p no:cacheprovider -n 0", Pytest((FILE,), marks="not slow")),
        (f".venv/bin/python3.12 -mpytest --tb=short {FILE} > /dev/null 2>&1", Pytest((FILE,))),
        (f"A=1 PYTEST_ADDOPTS=--co timeout -k 5 50 pytest {FILE}", Pytest((FILE,), environment=("A=1",))),
        (f"env uv run pytest {FILE} --deselect {FILE}::x", Pytest((FILE,), "", "", (f"--deselect={FILE}::x",))),
    ],
)  # fmt: skip
def test_usual_spellings_are_read(check: str, run: Pytest) -> None:
    assert steps_of(check) == (run,)


@pytest.mark.parametrize(
    "check",
    [
        "test -e agent/x",
        "grep -q pytest README.md | wc -l",
        "python -m agent.pytest_like",
        "a; b | c && ! d",
        "echo 'x",
    ],
)
def test_other_checks_stay_whole(check: str) -> None:
    assert steps_of(check) == (Shell(check),)


def test_joined_commands_are_steps() -> None:
    assert steps_of("test -e 'a && b' && pytest x.py && ls *.md") == (
        Shell("test -e 'a && b'"),
        Pytest(("x.py",)),
        Shell("ls *.md"),
    )


@pytest.mark.parametrize(
    "check",
    [
        "pytest x.py | tail -1", "pytest x.py || true", "pytest x.py; true", "(pytest x.py)", "! pytest x.py",
        "cd tests && pytest x.py", "bash -c 'pytest x.py'", "python -c 'import pytest'",
        "xargs pytest", "pytest & true",
        "pytest --co", "pytest --help", "pytest --lf", "pytest $FILE", "pytest ../x.py", "pytest /x.py", "pytest 'x",
        "pytest x.py &&",
    ],
)  # fmt: skip
def test_unreadable_runs_are_refused(check: str) -> None:
    with pytest.raises(RequestError):
        steps_of(check)
