"""What a life leaves in git. Plain git: a handful of commands needs no library, and a life saves its import."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from controller.contract import CONTEXT_FILE, Birth

SECONDS = 60


def git(root: Path, *words: str, text: str = "") -> str:
    """What git printed. Where it fails the life cannot hand off, and dies; git's words stand above the traceback."""
    command = ("git", "-c", "core.hooksPath=/dev/null", "--literal-pathspecs", *words)
    return subprocess.run(
        command, cwd=root, input=text, stdout=subprocess.PIPE, text=True, timeout=SECONDS, check=True
    ).stdout


def stage(root: Path, parent: str, genome: Sequence[str]) -> str:
    """Stage what the genome is now, on top of the parent, and nothing else; the tree's id."""
    (root / ".git" / "index.lock").unlink(missing_ok=True)  # a git of the model's may have been ended halfway
    git(root, "reset", "--quiet", "--mixed", parent)  # commits of the model's own are undone, not their files
    listed = git(root, "ls-files", "-z", "--modified", "--deleted", "--others", "--exclude-standard", "--", *genome)
    git(root, "add", "--all", "--pathspec-from-file=-", "--pathspec-file-nul", text=listed)
    return git(root, "write-tree").strip()


def changes(root: Path, parent: str, tree: str) -> list[str]:
    """The paths that differ, the memory apart."""
    listed = git(root, "diff-tree", "-r", "-z", "--name-only", "--no-renames", parent, tree)
    return [path for path in listed.split("\0") if path and path != CONTEXT_FILE]


def revert(root: Path, parent: str, genome: Sequence[str]) -> None:
    """Back to the parent's files; new ones in the genome's folders go."""
    git(root, "reset", "--quiet", "--hard", parent)
    git(root, "clean", "-f", "-d", "-q", "--", *genome)


def push(root: Path, birth: Birth, message: str) -> None:
    """Commit what the genome is now on top of the parent, and push it to the inbox."""
    stage(root, birth.parent, birth.genome)
    git(root, "commit", "--quiet", "--no-verify", "--message", message)
    git(root, "push", "--quiet", "--force", birth.inbox, f"HEAD:{birth.ref}")
