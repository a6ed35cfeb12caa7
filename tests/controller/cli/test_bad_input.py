"""Bad input gets one clear line, exit 2, and changes nothing."""

import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from controller.contract import CONTEXT_BYTES
from tests import command_line
from tests.controller.conftest import git
from tests.controller.lives import END, GOAL, live

Break = Callable[[Path], object]


def heirloom(*arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command line as the launcher starts it."""
    return command_line.run(arguments, {**os.environ, "NO_COLOR": "1", **environment}, cwd)


def commit(operator: Path, path: str, text: str | None) -> None:
    if text is None:
        (operator / path).unlink()
    else:
        (operator / path).write_text(text)
    git(operator, "commit", "--quiet", "-a", "-m", "Another genome")


def context(operator: Path) -> str:
    return (operator / "agent_context.json").read_text()


def no_repository(operator: Path) -> None:
    shutil.rmtree(operator / ".git")


def no_commit(operator: Path) -> None:
    shutil.rmtree(operator / ".git")
    git(operator, "init", "--quiet")


def no_lineage(operator: Path) -> None:
    git(operator, "branch", "lineage/main")


def checked_out(operator: Path) -> None:
    git(operator, "checkout", "--quiet", "-b", "lineage/main")


def other_contract(operator: Path) -> None:
    live(operator, [GOAL, END])
    message = git(operator, "log", "-1", "--format=%B", "lineage/main").replace("Contract: 1", "Contract: 99")
    words = ("commit-tree", "lineage/main^{tree}", "-p", "main", "-m", message)
    git(operator, "update-ref", "refs/heads/lineage/main", git(operator, *words))


def newer_generation(operator: Path) -> None:
    """As a Heirloom made it that knows more: another contract, a trailer and an outcome that nobody here knows."""
    live(operator, [GOAL, END])
    message = git(operator, "log", "-1", "--format=%B", "lineage/main").replace("Contract: 1", "Contract: 2")
    message = message.replace("Outcome: history", "Outcome: dreamt") + "\nHeirloom-Dream: of sheep"
    git(operator, "update-ref", "refs/heads/lineage/main",
        git(operator, "commit-tree", "lineage/main^{tree}", "-p", "main", "-m", message))  # fmt: skip


def no_trailers(operator: Path) -> None:
    live(operator, [GOAL, END])
    words = ("commit-tree", "lineage/main^{tree}", "-p", "lineage/main", "-m", "Generation 2, by hand")
    git(operator, "update-ref", "refs/heads/lineage/main", git(operator, *words))


def newer_ledger(operator: Path) -> None:
    live(operator, [GOAL, END])
    with sqlite3.connect(operator / ".git" / "heirloom" / "ledger.sqlite") as database:
        database.execute("PRAGMA user_version = 99")
    database.close()


def damaged_ledger(operator: Path) -> None:
    live(operator, [GOAL, END])
    (operator / ".git" / "heirloom" / "ledger.sqlite").write_bytes(b"not a database, though long enough" * 100)


def unwritable(operator: Path) -> None:
    (operator / ".git" / "heirloom").write_text("a file where a folder should be")


def toml(text: str) -> Break:
    def write(operator: Path) -> None:
        (operator / "heirloom.toml").write_text(text)

    return write


def contents(operator: Path) -> dict[Path, bytes]:
    """Every file, byte by byte: but of our state the lock, and what SQLite keeps beside a file that it only read."""
    own = ("lock", "ledger.sqlite-wal", "ledger.sqlite-shm", "recordings.sqlite-wal", "recordings.sqlite-shm")
    return {file: file.read_bytes() for file in operator.rglob("*") if file.is_file() and file.name not in own}


CASES: dict[str, tuple[Break, list[str], str]] = {
    "not a repository": (no_repository, [], "is not a git repository"),
    "no commit yet": (no_commit, [], "has no commit yet"),
    "a branch that is checked out": (checked_out, [], "is checked out"),
    "a branch that is not a lineage": (no_lineage, [], "is not a lineage"),
    "a name that is no branch": (lambda _: None, ["--branch", "a..b"], "is no branch name"),
    "a commit that is not there": (lambda _: None, ["--from", "nowhere"], "no such commit"),
    "a name like an option": (lambda _: None, ["--from=--output=x"], "no such commit"),
    "a branch above one": (lambda o: git(o, "branch", "lineage/main/x"), [], "there is a branch lineage/main/x"),
    "a branch below one": (lambda o: git(o, "branch", "lineage"), [], "there is a branch lineage,"),
    "a branch by another's number": (lambda _: None, ["--branch", "@{-1}"], "is no branch name"),
    "a shallow clone": (lambda o: (o / ".git" / "shallow").write_text(git(o, "rev-parse", "HEAD")), [], "unshallow"),
    "a limit that no book can hold": (lambda _: None, ["--calls", "9" * 30], "calls"),
    "a budget without end": (lambda _: None, ["--budget", "9" * 400 + "k"], "budget"),
    "an unknown model": (lambda _: None, ["--model", "gpt"], "gpt"),
    "a script that is not there": (lambda _: None, ["--model", "script:/nowhere.json"], "/nowhere.json"),
    "a paid model without a budget": (lambda _: None, ["--model", "anthropic/m"], "--budget"),
    "a remote that is not there": (lambda _: None, ["--push", "away"], "no such remote"),
    "a limit of nothing": (lambda _: None, ["--generations", "0"], "generations"),
    "a limit below nothing": (lambda _: None, ["--budget", "-5"], "budget"),
    "a limit that is no number": (lambda _: None, ["--budget", "much"], "budget"),
    "no time to live": (lambda _: None, ["--minutes-per-life", "0"], "minutes_per_life"),
    "an unknown isolation": (lambda _: None, ["--isolation", "prayer"], "isolation"),
    "no context": (lambda o: commit(o, "agent_context.json", None), [], "is missing"),
    "a corrupt context": (lambda o: commit(o, "agent_context.json", "{"), [], "not valid"),
    "an oversized context": (
        lambda o: commit(o, "agent_context.json", context(o) + " " * CONTEXT_BYTES), [], "over 65,536 bytes"),
    "no genome": (lambda o: commit(o, "agent/__main__.py", None), [], "no genome"),
    "a lineage of another contract": (other_contract, [], "contract version 99"),
    "a generation by a newer version": (newer_generation, [], "contract version 2"),
    "a lineage whose tip has no trailers": (no_trailers, [], "its last commit is no generation"),
    "a ledger of a newer version": (newer_ledger, [], "newer Heirloom"),
    "a damaged ledger": (damaged_ledger, [], "damaged"),
    "a disk that cannot be written": (unwritable, [], "cannot be written"),
    "an unknown key": (toml("# mine\nbudjet = 5\n"), [], "heirloom.toml, line 2: budjet: unknown key"),
    "a file that is not TOML": (toml("branch =\n"), [], "heirloom.toml"),
    "a wrong type": (toml('seed = "x"\n'), [], "heirloom.toml, line 1: seed"),
}  # fmt: skip


@pytest.mark.quick(16)
@pytest.mark.parametrize("case", CASES)
def test_bad_input_changes_nothing(operator: Path, case: str) -> None:
    breaks, words, says = CASES[case]
    breaks(operator)
    script = operator.parent / "script.json"
    script.write_text(json.dumps({"lives": [[GOAL, END]]}))
    model = [] if "--model" in words else ["--model", f"script:{script}"]
    before, files = git(operator, "for-each-ref", check=False), contents(operator)
    done = heirloom("run", "--repository", str(operator), *model, *words, ANTHROPIC_API_KEY="sk-planted")
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stderr.count("\n") == 1
    assert says in done.stderr
    assert "sk-planted" not in done.stdout + done.stderr
    assert (git(operator, "for-each-ref", check=False), contents(operator)) == (before, files)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_full_disk_is_refused_at_once(operator: Path) -> None:
    state = operator / ".git" / "heirloom"
    state.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(state)], check=True)
    try:
        done = heirloom("run", "--repository", str(operator))
    finally:
        subprocess.run(["umount", str(state)], check=True)
    assert (done.returncode, "free some space" in done.stderr) == (2, True)
    assert git(operator, "branch", "--format=%(refname)") == "refs/heads/main"


@pytest.mark.parametrize("folder", ["agent", "nowhere"])
def test_folder_within_a_repository_is_refused(operator: Path, folder: str) -> None:
    done = heirloom("run", "--repository", str(operator / folder))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr


def test_blank_goal_is_none(operator: Path) -> None:
    assert live(operator, [GOAL, END], goal="  ").generations[0].trailers["Goal"] == "Change a little"


def test_clone_prints_the_same_log(operator: Path, tmp_path: Path) -> None:
    live(operator, [GOAL, END], [END])
    git(tmp_path, "clone", "--quiet", "--single-branch", "--branch", "lineage/main", f"file://{operator}", "clone")
    printed = [heirloom("log", "--repository", str(folder)).stdout for folder in (operator, tmp_path / "clone")]
    assert printed[0] == printed[1] != ""


@pytest.mark.slow
def test_repository_may_be_a_relative_path(operator: Path) -> None:
    script = operator.parent / "script.json"
    script.write_text(json.dumps({"lives": [[GOAL, END]]}))
    words = ("run", "--generations", "1", "--model", f"script:{script}", "--repository", ".")
    assert heirloom(*words, cwd=operator).returncode == 0


def test_missing_generation_is_said(operator: Path) -> None:
    assert "no lineage" in heirloom("log", "--repository", str(operator)).stderr
    live(operator, [GOAL, END])
    done = heirloom("show", "7", "--repository", str(operator))
    assert (done.returncode, "no generation 7" in done.stderr) == (2, True)


def test_views_print_text_and_json(operator: Path) -> None:
    live(operator, [GOAL, {"text": "I looked \x1b[31mand [bold]found nothing."}])
    where = ("--repository", str(operator))
    printed = heirloom("log", *where).stdout.splitlines()
    assert (len(printed), "history" in printed[1], "Change a little: I looked" in printed[1]) == (2, True, True)
    row = json.loads(heirloom("log", "--json", *where).stdout)
    assert (row["generation"], row["outcome"], row["goal"]) == (1, "history", "Change a little")
    shown = heirloom("show", "1", *where).stdout
    assert "\x1b" not in shown
    assert "[bold]found nothing" in shown
    assert "Heirloom-Outcome" not in shown and "Outcome: history" in shown
    assert json.loads(heirloom("show", "1", "--json", *where).stdout)["entry"]["claim"]["outcome"] == "history"
    (tried,) = json.loads(heirloom("show", "1", "--times", "--json", *where).stdout)["tries"]
    assert (tried["outcome"], [*tried["phases"]]) == ("history", ["prepare", "live", "fetch", "judge", "record"])
    standing = json.loads(heirloom("status", "--json", *where).stdout)
    assert (standing["generation"], standing["controller"], standing["run"]["reason"]) == (1, None, "done")
    assert "lineage/main" in heirloom("status", *where).stdout
    assert json.loads(heirloom("config", "--json", *where).stdout)["generations"] == {"value": 3, "from": "default"}
    assert json.loads(heirloom("doctor", "--json", *where).stdout)["able"] is True
