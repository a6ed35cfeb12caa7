"""Where a life works: its clone, its shell, and the check of what stands there. Only the genome counts."""

import subprocess
from collections.abc import Callable
from pathlib import Path

from agent.check import check
from agent.context import with_entry
from agent.errors import ToolError
from agent.shell import Shell
from controller.contract import CONTEXT_FILE, AgentContext, Birth, Claim, Goal


class Place:
    memory: AgentContext  # as it was at birth
    goal: Goal | None = None
    patience = 60.0  # seconds of a git
    problem, refused = "", 0  # what a tool refused last, and how often `done` did

    def __init__(self, root: Path, birth: Birth, shell: Shell, ask: Callable[[], str] = str) -> None:
        self.root, self.birth, self.shell, self.ask = root, birth, shell, ask
        self._checked: dict[str, str] = {}
        self.good = self.git("rev-parse", f"{birth.parent}^{{tree}}").strip()  # what last passed its check
        self.steps = [self.good]  # each state of the genome, the newest last

    def git(self, *words: str, text: str = "", fine: int = 0) -> str:
        """What git printed. Raises ToolError where it exits with more than `fine`."""
        (self.root / ".git" / "index.lock").unlink(missing_ok=True)  # of a git ended halfway
        command = ("git", "-c", "core.hooksPath=/dev/null", "--literal-pathspecs", *words)
        try:
            done = subprocess.run(command, cwd=self.root, input=text, capture_output=True, text=True,
                                  errors="surrogateescape", timeout=self.patience)  # fmt: skip
        except subprocess.TimeoutExpired as late:
            raise ToolError(f"git {words[0]}: past {self.patience:g} s") from late
        if done.returncode > fine:
            raise ToolError(f"git {words[0]}: {done.stderr}")
        return done.stdout

    def paths(self, *words: str) -> list[str]:
        return [path for path in self.git(*words, "--", *self.birth.genome).split("\0") if path]

    def step(self) -> str:
        """Stage the genome as it is, on top of the parent; its tree."""
        self.git("reset", "--quiet", "--mixed", self.birth.parent)  # commits of the model's own go, their files stay
        listed = self.paths("ls-files", "-z", "--modified", "--deleted", "--others", "--exclude-standard")
        self.git("add", "--all", "--pathspec-from-file=-", "--pathspec-file-nul", text="\0".join(listed))
        if (tree := self.git("write-tree").strip()) != self.steps[-1]:
            self.steps.append(tree)
        return tree

    def restore(self, tree: str) -> None:
        """Back to a state; what was noted after it is forgotten."""
        self.step()
        self.git("read-tree", "--reset", "-u", tree)
        end = self.steps.index(tree) if tree in self.steps else len(self.steps)
        self.steps = [*self.steps[:end], tree]

    def sources(self) -> dict[str, str]:
        self.step()
        files = {path: self.root / path for path in self.paths("ls-files", "-z")}
        return {path: file.read_text(errors="replace") for path, file in files.items() if file.is_file()}

    def changes(self) -> list[str]:
        found = self.paths("diff-tree", "-r", "-z", "--name-only", "--no-renames", self.birth.parent, self.step())
        return [path for path in found if path != CONTEXT_FILE]

    def check(self) -> str:
        if (tree := self.step()) not in self._checked:
            report = check(self.root, self.changes(), self.shell)
            self._checked, self.problem = {tree: report}, ""
            self.good = tree if report.startswith("passed") else self.good
        return self._checked[tree]

    def hindrance(self) -> str:
        """Why code cannot be handed on, or nothing."""
        report = self.check()
        return self.problem if report.startswith("passed") else f"the check {report}"

    def hand_on(self, claim: Claim, seen: str, dropped: list[int]) -> None:
        """Push what stands, with its memory, whose file here stays as it was."""
        memory = with_entry(self.memory, self.birth.generation, self.goal, claim, seen, dropped)
        (self.root / CONTEXT_FILE).write_text(memory.render())
        self.step()
        self.git("commit", "--quiet", "--no-verify", "-m", f"Generation {self.birth.generation}: {claim.summary}")
        self.git("push", "--quiet", "--force", self.birth.inbox, f"HEAD:{self.birth.ref}")
        self.git("checkout", "--quiet", self.birth.parent, "--", CONTEXT_FILE)
