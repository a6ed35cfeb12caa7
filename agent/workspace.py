"""Where a life works: its clone, its shell, and the check of what stands there. Only the genome counts."""

import subprocess
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

from agent.checks import CheckReport, Checks
from agent.context import read_context, with_entry
from agent.errors import Refused, ToolError
from agent.shell import Shell
from controller.contract import CONTEXT_FILE, LEFT_GOAL, AgentContext, Birth, Claim, Goal

GOAL_SECONDS = 60.0  # of one check of a goal


def begin(root: Path, birth: Birth, environment: dict[str, str]) -> Birth:
    """Make a repository of a task's folder, all of which may change: its parent is what is there now."""
    shell = Shell(root, Path(birth.out), environment, "begin")
    begun = shell.run("git init -q && git add -Af && git commit -q --allow-empty -m Start && git rev-parse HEAD", 60)
    return birth.model_copy(update={"parent": begun.output.split()[-1], "genome": (".",)})


class Workspace:
    """A clone at work. States of the genome are ids of git's trees."""

    goal: Goal | None = None  # what the life works towards, once it is known
    left = ""  # why it left the goal that it found open, where it did
    plan = ""  # how it means to get there
    git_seconds = 60.0

    def __init__(
        self,
        root: Path,
        birth: Birth,
        environment: dict[str, str],
        ask_gates: Callable[[], str] = str,
        checks: Checks | None = None,
    ) -> None:
        """`environment`: of every command. `ask_gates`: what the gates refuse of what was pushed; "": nothing."""
        self.root, self.birth, self.ask_gates = root, birth, ask_gates
        self.shell = Shell(root, Path(birth.out), environment)
        self._checks = checks or Checks(root, Path(birth.out), environment)
        self._reports: dict[tuple[str, bool], CheckReport] = {}  # by state, and whether with lint
        self._refusals: dict[str, str] = {}  # by state: why the gates refused it
        self._passed = [self.git("rev-parse", f"{birth.parent}^{{tree}}").strip()]
        self.steps = list(self._passed)  # each state of the genome, the newest last
        self._tree = ""  # what was staged last
        self._noted: list[bytes] = []  # git's files as they were then

    @cached_property
    def memory(self) -> AgentContext:
        """agent_context.json as it was when the life first looked."""
        return read_context(self.root)

    @property
    def good(self) -> str:
        """The newest state that passed its check and that no gate refused; at first, the parent's."""
        return next(tree for tree in reversed(self._passed) if tree not in self._refusals)

    def git(self, *words: str, text: str = "", fine: int = 0) -> str:
        """What git printed, undecodable bytes as surrogates. Raises ToolError where it exits with more than `fine`."""
        (self.root / ".git" / "index.lock").unlink(missing_ok=True)  # of a git ended halfway
        command = ("git", "-c", "core.hooksPath=/dev/null", "--literal-pathspecs", *words)
        try:
            done = subprocess.run(
                command,
                cwd=self.root,
                input=text,
                capture_output=True,
                text=True,
                errors="surrogateescape",
                timeout=self.git_seconds,
            )
        except subprocess.TimeoutExpired as late:
            raise ToolError(f"git {words[0]}: past {self.git_seconds:g} s") from late
        if done.returncode > fine:
            raise ToolError(f"git {words[0]}: {done.stderr}")
        return done.stdout

    def paths(self, *words: str) -> list[str]:
        """The paths of the genome that a command of git's names, with -z. Raises ToolError."""
        return [path for path in self.git(*words, "--", *self.birth.genome).split("\0") if path]

    def step(self) -> str:
        """Note the genome as it is, staged on top of the parent: its state. Raises ToolError."""
        if self._git_files() != self._noted:  # commits of the model's own go, their files stay
            self.git("reset", "--quiet", "--mixed", self.birth.parent)
            self._tree = ""
        listed = self.paths("ls-files", "-z", "--modified", "--deleted", "--others", "--exclude-standard")
        if listed:
            self.git("add", "--all", "--pathspec-from-file=-", "--pathspec-file-nul", text="\0".join(listed))
        if listed or not self._tree:
            self._tree = self.git("write-tree").strip()
            self._noted = self._git_files()
        if self._tree != self.steps[-1]:
            self.steps.append(self._tree)
        return self._tree

    def _git_files(self) -> list[bytes]:
        """HEAD, its branch and the index, as they lie on the disk, where the model may write too. Raises ToolError."""
        folder = self.root / ".git"
        try:
            head = (folder / "HEAD").read_text(errors="surrogateescape")
            files = [folder / "HEAD", folder / head.removeprefix("ref: ").strip(), folder / "index"]
            return [file.read_bytes() for file in files if file.is_file()]
        except OSError as error:
            raise ToolError(f"the repository cannot be read: {error}") from error

    def restore(self, tree: str) -> None:
        """Go back to a state; what was noted after it is forgotten. Raises ToolError."""
        self.step()
        self.git("read-tree", "--reset", "-u", tree)
        if tree in self.steps:
            del self.steps[self.steps.index(tree) :]
        self.steps.append(tree)

    def undo(self) -> None:
        """Go back to the state before the newest; the first has none. Raises ToolError."""
        self.restore(self.steps[-2:][0])

    def sources(self) -> dict[str, str]:
        """The text of every file of the genome, by its path. Raises ToolError."""
        return self.texts(*self.birth.genome)

    def texts(self, *paths: str) -> dict[str, str]:
        """The text of every file at these paths that git does not ignore. Raises ToolError."""
        listed = self.git("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *paths)
        files = {path: self.root / path for path in sorted(set(listed.split("\0"))) if path}
        return {path: file.read_text(errors="replace") for path, file in files.items() if file.is_file()}

    def changes(self) -> list[str]:
        """The paths that differ from the parent's, without the memory. Raises ToolError."""
        return self._changes_to(self.step())

    def _changes_to(self, tree: str) -> list[str]:
        """The paths of a state that differ from the parent's, without the memory. Raises ToolError."""
        found = self.paths("diff-tree", "-r", "-z", "--name-only", "--no-renames", self.birth.parent, tree)
        return [path for path in found if path != CONTEXT_FILE]

    def check(self, lint: bool = False) -> CheckReport:
        """How what stands does in its check; the same state is checked once. `lint`: by ruff and mypy too."""
        tree = self.step()
        key = (tree, lint)
        if key not in self._reports:
            self._reports[key] = self._checks.run(self._changes_to(tree), lint)
            if self._reports[key].passed:
                self._passed.append(tree)
        return self._reports[key]

    def run_tests(self, tests: list[str]) -> CheckReport:
        """How only these tests do; that says nothing of the state."""
        return self._checks.run_tests(tests)

    def require_sound(self, lint: bool = False) -> None:
        """Raise Refused where what stands fails its check, or was refused by the gates before."""
        report = self.check(lint)
        if not report.passed:
            raise Refused(f"the check {report}")
        if why := self._refusals.get(self.steps[-1]):
            raise Refused(f"the gates have refused this very state before; change it first: {why}")

    def require_leave(self) -> None:
        """Ask the gates about what was pushed. Raises Refused."""
        why = self.ask_gates()
        if why:
            self._refusals[self.steps[-1]] = why
            raise Refused(why)

    def goal_checks_succeed(self, commands: Sequence[str]) -> bool:
        """Whether all checks of a goal succeed already, on the parent's files without .git, as the gate runs them."""
        files = f"git -C '{self.root}' archive --prefix=parent/ {self.birth.parent}"
        fresh = f"cd '{self.birth.out}'; rm -rf parent; {files} | tar -x; cd parent"
        return all(self.shell.run(f"({fresh}\n{one}\n)", GOAL_SECONDS).succeeded for one in commands)

    def push(self, claim: Claim, seen: str, dropped: Sequence[int]) -> None:
        """Push what stands, with its memory, whose file here stays as it was, as does HEAD. Raises ToolError."""
        if self.left:
            seen = f"{LEFT_GOAL}{self.left} {seen}"
        memory = with_entry(self.memory, self.birth.generation, self.goal, claim, seen, dropped)
        file = self.root / CONTEXT_FILE
        file.write_text(memory.render())
        words = f"Generation {self.birth.generation}: {claim.summary}\n\n{self.plan}"
        commit = self.git("commit-tree", self.step(), "-p", self.birth.parent, "-m", words).strip()
        self.git("push", "--quiet", "--force", self.birth.inbox, f"{commit}:{self.birth.ref}")
        self.git("checkout", "--quiet", self.birth.parent, "--", CONTEXT_FILE)
        self.steps.pop()  # it was no state of the work
