"""git fetches from an inbox with the rights of the child that wrote it, and gets nothing but what it pushed."""

import os
import shlex
import subprocess
from pathlib import Path

import pytest

from escape.host import comes_true, processes
from tests.controller.conftest import git
from tests.controller.levels import NEEDS_BUBBLEWRAP, WIDE, Box, make_box

pytestmark = NEEDS_BUBBLEWRAP
REF = "refs/heads/gen/1.1"
IDENTITY = {f"GIT_{who}_{what}": "x@localhost" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


@pytest.fixture
def box(tmp_path: Path) -> Box:
    """A box with an empty inbox, beside a store."""
    box = make_box(tmp_path, "bubblewrap")
    git(tmp_path, "init", "--quiet", "--bare", "store.git")
    git(box.folder, "init", "--quiet", "--bare", "inbox.git")
    box.isolation.hand_over(box.folder)
    return box


def push(box: Box, then: str = "") -> str:
    """A child commits, pushes to its inbox, and does something more there. Returns the commit."""
    script = f"""
    set -e
    git init --quiet . && echo text >file && git add file && git commit --quiet -m work
    git push --quiet /life/inbox.git HEAD:{REF} && git rev-parse HEAD
    cd /life/inbox.git
    {then}
    """
    ending = box.bash(script, WIDE, **IDENTITY)
    assert ending.exit_code == 0, ending.output
    return ending.output.split()[0]


def fetch(box: Box, seconds: float = 120.0) -> "subprocess.CompletedProcess[str]":
    """What the controller does. `exec`: so that the sandbox is git's own child, and dies with it."""
    command = box.command("git", "upload-pack", "--strict", writable=False)
    pack = "exec " + shlex.join(box.isolation.wrap(command))
    argv = [
        "git",
        "-C",
        str(box.folder.parent / "store.git"),
        "fetch",
        "--quiet",
        "--no-tags",
        f"--upload-pack={pack}",
        "/life/inbox.git",
        f"{REF}:refs/got",
    ]
    return subprocess.run(argv, capture_output=True, text=True, timeout=seconds)


def got(box: Box) -> str:
    """The commit that was fetched."""
    return git(box.folder.parent / "store.git", "rev-parse", "--verify", "--quiet", "refs/got", check=False)


def test_a_push_is_fetched(box: Box) -> None:
    commit = push(box)
    done = fetch(box)
    assert (done.returncode, done.stderr) == (0, "")
    assert got(box) == commit


@pytest.fixture
def secret(tmp_path: Path) -> tuple[Path, str]:
    """A repository of the operator's that no child may read: its objects and its commit."""
    folder = tmp_path / "private"
    git(tmp_path, "init", "--quiet", str(folder))
    (folder / "secret").write_text("secret")
    git(folder, "add", "-A")
    git(folder, "commit", "--quiet", "-m", "secret")
    return folder / ".git", git(folder, "rev-parse", "HEAD")


def test_alternates_reach_no_other_repository(box: Box, secret: tuple[Path, str]) -> None:
    private, commit = secret
    plant = f"echo {private}/objects >objects/info/alternates; echo {commit} >{REF}"
    push(box, plant)
    assert fetch(box).returncode != 0
    assert got(box) == ""
    # The control: opened with the operator's own rights, the same inbox hands the secret out.
    trusting = box.folder.parent / "gitconfig"
    trusting.write_text("[safe]\n\tdirectory = *\n")
    argv = ["git", "-C", str(box.folder.parent / "store.git"), "fetch", "--quiet", str(box.folder / "inbox.git")]
    subprocess.run([*argv, f"{REF}:refs/got"], check=True, env={**os.environ, "GIT_CONFIG_GLOBAL": str(trusting)})
    assert got(box) == commit


def test_a_linked_ref_reaches_nothing(box: Box, secret: tuple[Path, str]) -> None:
    private, _ = secret
    push(box, f"rm {REF}; ln -s {private}/refs/heads/main {REF}")
    assert fetch(box).returncode != 0
    assert got(box) == ""


def test_a_linked_inbox_reaches_nothing(box: Box, secret: tuple[Path, str]) -> None:
    private, _ = secret
    push(box, f"cd /life; rm -r inbox.git; ln -s {private} inbox.git")
    assert fetch(box).returncode != 0
    assert got(box) == ""


def test_a_silent_pipe_is_given_up(box: Box) -> None:
    push(box, f"rm -f packed-refs {REF}; mkfifo packed-refs")
    with pytest.raises(subprocess.TimeoutExpired):
        fetch(box, seconds=0.5)
    assert got(box) == ""
    assert comes_true(lambda: processes(str(box.folder)) == [], 40)


def test_inbox_configuration_runs_nothing(box: Box) -> None:
    mark = box.folder.parent / "ran"
    box.folder.parent.chmod(0o777)
    push(box, f"git config uploadpack.packObjectsHook 'touch {mark}; exec'")
    fetch(box)
    assert not mark.exists()
