"""What a life leaves in git. Plain git: five commands need no library, and every life saves its import."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from agent.errors import GitFailed
from controller.contract import CONTEXT_FILE, Birth

SECONDS = 60


def git(root: Path, *words: str, text: str = "") -> str:
    """What git printed. Raises GitFailed."""
    command = ("git", "-c", "core.hooksPath=/dev/null", "--literal-pathspecs", *words)
    try:
        done = subprocess.run(command, cwd=root, input=text, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired as error:
        raise GitFailed(f"git {words[0]} took longer than {SECONDS} s") from error
    if done.returncode != 0:
        raise GitFailed(f"git {words[0]} failed ({done.returncode}): {done.stderr.strip()[-500:]}")
    return done.stdout


def changes(root: Path, parent: str, genome: Sequence[str]) -> list[str]:
    """Paths of the genome that differ from the parent, new and deleted ones too; the memory is not counted."""
    git(root, "reset", "--quiet", "--mixed", parent)  # a commit of the model's own hides nothing
    words = ("ls-files", "-z", "--modified", "--deleted", "--others", "--exclude-standard", "--", *genome)
    return sorted({path for path in git(root, *words).split("\0") if path} - {CONTEXT_FILE})


def revert(root: Path, parent: str, genome: Sequence[str]) -> None:
    """Back to the parent's files; new files in the genome's folders go."""
    git(root, "reset", "--quiet", "--hard", parent)
    git(root, "clean", "-f", "-d", "-q", "--", *genome)


def push(root: Path, birth: Birth, paths: Sequence[str], message: str) -> None:
    """Commit these paths and the memory on top of the parent, and push that to the inbox."""
    git(root, "reset", "--quiet", "--mixed", birth.parent)
    wanted = "\0".join([*paths, CONTEXT_FILE])
    git(root, "add", "--all", "--pathspec-from-file=-", "--pathspec-file-nul", text=wanted)
    git(root, "commit", "--quiet", "--no-verify", "--message", message)
    git(root, "push", "--quiet", "--force", birth.inbox, f"HEAD:{birth.ref}")


def parents_file(root: Path, parent: str, path: str) -> str:
    """A file as the parent had it."""
    return git(root, "show", f"{parent}:{os.path.normpath(path)}")
