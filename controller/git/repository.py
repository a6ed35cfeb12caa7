"""One git repository, asked by git commands. The only owner of gitpython in the controller.

Only trusted repositories are opened here: the operator's and our own store, never a workspace or an inbox.
"""

import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from git.cmd import Git
from git.exc import GitCommandNotFound

from controller.errors import GitError, RequestError
from controller.sandbox.temporary import temporary_folder

OBJECT_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
TEXTS = 256  # files of commits that are kept in memory
ZERO = ""  # to `update-ref`: the ref must not exist yet

# What a ref points to, and the ref, are on the disk before the ledger says so: a loss of power loses no generation
LASTING = ("core.fsync=objects,reference", "core.fsyncMethod=batch")
# What a repository's own configuration must never make our git do: run hooks or helpers, start a
# background gc, or take malformed objects from a child (".." in a tree only warns by default).
OWN_RULES = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "protocol.ext.allow=never",
    "fetch.fsckObjects=true",
    "fetch.fsck.hasDotdot=error",
    "fetch.fsck.hasDot=error",
    "fetch.fsck.hasDotgit=error",
    "fetch.fsck.fullPathname=error",
    "fetch.fsck.nullSha1=error",
    "advice.detachedHead=false",
    *LASTING,
)
OWN_ENVIRONMENT = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_TERMINAL_PROMPT": "0"}


def options(*rules: str) -> tuple[str, ...]:
    """These rules as options of git's command line."""
    words: list[str] = []
    for rule in rules:
        words += ["-c", rule]
    return tuple(words)


@dataclass(frozen=True)
class Limits:
    """What a git may use that reads what a child made: wall and CPU seconds, memory, and bytes of a file or output.

    The stack is half of the usual, so that what is read within it is read elsewhere, too.
    """

    seconds: float
    memory_bytes: int
    file_bytes: int
    stack_bytes: int = 4 * 2**20

    def wrapper(self, output: str) -> list[str]:
        """The command to run git under, which writes its output to a file: the kernel stops what is over."""
        limits = [f"--data={self.memory_bytes}", f"--fsize={self.file_bytes}", f"--stack={self.stack_bytes}"]
        return ["prlimit", *limits, f"--cpu={int(self.seconds)}", "sh", "-c", 'exec "$@" >"$0"', output]


class Repository:
    """A git repository at `path` (its folder or its bare folder). `own`: our store, under our rules alone."""

    def __init__(self, path: Path, own: bool = False) -> None:
        self.path = path
        self.own = own
        self._texts: dict[tuple[str, str, int], str | None] = {}  # of commits by their id, which never change

    def run(
        self,
        *arguments: str,
        text: str | None = None,
        environment: Mapping[str, str] | None = None,
        expect: Sequence[int] = (0,),
        seconds: float | None = None,
        limits: Limits | None = None,
    ) -> str:
        """Run a git command and return its output as text (undecodable bytes kept as surrogates).

        `text` goes to its input; `seconds` and `limits` bound it, and what it starts. Raises GitError.
        """
        if not self.path.is_dir():  # gitpython would run in the current folder instead
            raise GitError(f"{self.path} is no folder")
        command, variables = self._command(arguments, environment or {})
        with tempfile.TemporaryFile() as source, tempfile.NamedTemporaryFile() as written:
            source.write((text or "").encode("utf-8", "surrogateescape"))
            source.seek(0)
            if limits is not None:
                command, seconds = [*limits.wrapper(written.name), *command], limits.seconds
            try:
                status, output, error = Git(self.path).execute(
                    command,
                    istream=source,
                    with_extended_output=True,
                    with_exceptions=False,
                    stdout_as_string=False,
                    strip_newline_in_stdout=False,
                    kill_after_timeout=seconds,
                    env=variables,
                )
            except GitCommandNotFound as fault:
                raise RequestError(f"git cannot be started in {self.path} ({fault}); see `heirloom doctor`") from fault
            if limits is not None:
                output = written.read()
        if status not in expect:
            said = error if isinstance(error, str) else bytes(error).decode("utf-8", "replace")
            raise GitError(f"git {subcommand(arguments)} ended with {status}: {said.strip()[-600:] or 'no message'}")
        return bytes(output).decode("utf-8", "surrogateescape")

    def _command(self, arguments: Sequence[str], environment: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
        """A git command and the variables it runs with; in our own store under our rules alone."""
        if self.own:
            return ["git", *options(*OWN_RULES), *arguments], {**OWN_ENVIRONMENT, **environment}
        return ["git", *arguments], dict(environment)

    def resolve(self, name: str) -> str | None:
        """The commit id that a name stands for, or None."""
        found = self.run(
            "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}", expect=(0, 1, 128)
        )
        return found.strip() or None

    def tip(self, ref: str) -> str | None:
        """The object id of a full ref name, or None."""
        found = self.run("for-each-ref", "--format=%(refname) %(objectname)", ref).splitlines()
        for line in found:
            name, _, tip = line.partition(" ")
            if name == ref:
                return tip
        return None

    def descends(self, commit: str, ancestor: str) -> bool:
        """Whether `commit` is `ancestor` or follows it; of one that is not here nothing follows."""
        if self.resolve(ancestor) is None:
            return False
        return not self.run("rev-list", "--max-count=1", f"{commit}..{ancestor}", "--").strip()

    def checked_out(self, ref: str) -> bool:
        """Whether a branch is checked out, here or in another worktree."""
        return f"branch {ref}" in self.run("worktree", "list", "--porcelain").splitlines()

    def move(self, ref: str, new: str, old: str, rules: Sequence[str] = ()) -> None:
        """Compare-and-swap of a ref; `old` is ZERO where it must not exist yet; `rules`: for git. Raises GitError."""
        self.run(*rules, "update-ref", "-m", "heirloom", ref, new, old)

    def pack(self, rules: Sequence[str] = ()) -> None:
        """Few packs and one file of refs, as git's own housekeeping leaves them; nothing is lost. Raises GitError."""
        self.run(*rules, "repack", "-q", "-d", "-l", "--geometric=2")
        self.run(*rules, "pack-refs", "--all")

    def read(self, commit: str, path: str, limit: int) -> str | None:
        """A file of a commit as text; None where it is missing, no file, or larger than `limit` bytes."""
        if not OBJECT_ID.fullmatch(commit):  # a name, which may stand for another commit next time
            return self._read(commit, path, limit)
        key = (commit, path, limit)
        if key not in self._texts:
            if len(self._texts) == TEXTS:
                self._texts.clear()
            self._texts[key] = self._read(commit, path, limit)
        return self._texts[key]

    def _read(self, commit: str, path: str, limit: int) -> str | None:
        """As `read`, from the disk."""
        entry = self.run("ls-tree", "--full-tree", "-l", "-z", commit, "--", path).rstrip("\0")
        if not entry or "\0" in entry:
            return None
        mode, kind, blob, size = entry.split("\t")[0].split()
        if kind != "blob" or mode == "120000" or int(size) > limit:
            return None
        return self.run("cat-file", "blob", blob)

    def graft(self, base: str, other: str, paths: Sequence[str]) -> str:
        """A new tree: that of one commit, but below `paths` as in another one. Its id."""
        old = self.run("ls-tree", "-r", "-z", "--name-only", base, "--", *paths).split("\0")[:-1]
        gone = "".join(f"0 {'0' * len(base)}\t{path}\0" for path in old)
        return self.exchange(base, gone + self.run("ls-tree", "-r", "-z", other, "--", *paths))

    def exchange(self, base: str, entries: str) -> str:
        """A new tree: that of a commit with these entries, as `update-index --index-info` takes them. Its id.

        By an index: `mktree` reads no configuration, and so does not flush what it writes.
        """
        with temporary_folder("index") as folder:
            place = {"GIT_INDEX_FILE": f"{folder}/index"}
            self.run("read-tree", base, environment=place)
            self.run("update-index", "-z", "--replace", "--index-info", text=entries, environment=place)
            return self.run("write-tree", environment=place).strip()

    def sizes(self, blobs: Sequence[str]) -> dict[str, int]:
        """Bytes of each blob, before anything of them is read."""
        found = {}
        for line in self._check("%(objectname) %(objectsize)", blobs):
            name, _, size = line.partition(" ")
            if size.isdecimal():
                found[name] = int(size)
        return found

    def weight(self, commit: str, folder: str, without: str = "") -> int:
        """Bytes of all files below a folder of a commit; not of those whose name ends with `without`."""
        lines = self.run("ls-tree", "-r", "-l", "-z", commit, "--", folder).split("\0")
        total = 0
        for line in lines:
            meta, _, path = line.partition("\t")
            facts = meta.split()
            left_out = without and path.endswith(without)
            if len(facts) == 4 and facts[1] == "blob" and not left_out:
                total += int(facts[3])
        return total

    def kinds(self, names: Sequence[str]) -> dict[str, str]:
        """What each object is ("tree", "commit"), those that are here."""
        found = {}
        for line in self._check("%(objectname) %(objecttype)", names):
            name, _, kind = line.partition(" ")
            if kind != "missing":
                found[name] = kind
        return found

    def differing(self, pairs: Sequence[tuple[str, str]]) -> list[list[str]]:
        """For each pair of trees or commits, the paths in which they differ."""
        names: list[str] = []
        for old, new in pairs:
            names += [f"{old}^{{tree}}", f"{new}^{{tree}}"]
        trees = self._check("%(objectname)", names)
        lines = [f"{old} {new}" for old, new in zip(trees[::2], trees[1::2], strict=True)]
        differences = self.run("diff-tree", "--stdin", "-r", "--name-only", text=as_lines(lines))
        found: dict[str, list[str]] = {line: [] for line in lines}  # equal trees are passed over in silence
        current = ""
        for line in differences.splitlines():
            if line in found:
                current = line
            else:
                found[current].append(line)
        return [found[line] for line in lines]

    def _check(self, form: str, names: Sequence[str]) -> list[str]:
        """A line of this form for each object; it ends with "missing" where there is none."""
        return self.run("cat-file", f"--batch-check={form}", text=as_lines(names)).splitlines()


def as_lines(words: Sequence[str]) -> str:
    """Each word on a line of its own."""
    return "".join(f"{word}\n" for word in words)


def subcommand(arguments: Sequence[str]) -> str:
    """Which of git's commands these arguments call."""
    for word in arguments:
        if not word.startswith("-") and "=" not in word:
            return word
    return ""
