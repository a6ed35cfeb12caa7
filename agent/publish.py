"""What a life leaves in git. Plain git: so few commands need no library, and a life saves its import."""

import subprocess
from pathlib import Path

from controller.contract import CONTEXT_FILE, Birth

SECONDS = 60


class Clone:
    """The life's own clone. Only the genome counts: whatever else is changed stays behind."""

    def __init__(self, root: Path, birth: Birth) -> None:
        self.root, self.birth = root, birth

    def git(self, *words: str, text: str = "") -> str:
        """What git printed. Where it fails the life dies, git's words above the traceback."""
        (self.root / ".git" / "index.lock").unlink(missing_ok=True)  # a git of the model's may have been ended halfway
        command = ("git", "-c", "core.hooksPath=/dev/null", "--literal-pathspecs", *words)
        return subprocess.run(command, cwd=self.root, input=text, stdout=subprocess.PIPE, text=True,
                              errors="surrogateescape", timeout=SECONDS, check=True).stdout  # fmt: skip

    def paths(self, *words: str) -> list[str]:
        return [path for path in self.git(*words, "--", *self.birth.genome).split("\0") if path]

    def tree(self) -> str:
        """Stage what the genome is now, on top of the parent; the tree's id."""
        self.git("reset", "--quiet", "--mixed", self.birth.parent)  # undoes commits of the model's own, not their files
        listed = self.paths("ls-files", "-z", "--modified", "--deleted", "--others", "--exclude-standard")
        self.git("add", "--all", "--pathspec-from-file=-", "--pathspec-file-nul", text="\0".join(listed))
        return self.git("write-tree").strip()

    def sources(self) -> dict[str, str]:
        """The files of the genome."""
        self.tree()
        files = {path: self.root / path for path in self.paths("ls-files", "-z")}
        return {path: file.read_text(errors="replace") for path, file in files.items() if file.is_file()}

    def changes(self) -> list[str]:
        """Paths of the genome that differ from the parent, the memory apart."""
        found = self.paths("diff-tree", "-r", "-z", "--name-only", "--no-renames", self.birth.parent, self.tree())
        return [path for path in found if path != CONTEXT_FILE]

    def revert(self) -> None:
        """Back to the parent's files; new ones in the genome's folders go."""
        self.git("reset", "--quiet", "--hard", self.birth.parent)
        self.git("clean", "-f", "-d", "-q", "--", *self.birth.genome)

    def push(self, message: str) -> None:
        """Commit what the genome is now on top of the parent, and push it to the inbox."""
        self.tree()
        self.git("commit", "--quiet", "--no-verify", "--message", message)
        self.git("push", "--quiet", "--force", self.birth.inbox, f"HEAD:{self.birth.ref}")
