"""One git repository, asked by git commands. The only owner of gitpython in the controller.

Only trusted repositories are opened here: the operator's and our own store, never a workspace or an inbox.
"""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from git.cmd import Git
from git.exc import GitCommandNotFound

from controller.errors import GitError, RequestError

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


def told(*rules: str) -> tuple[str, ...]:
    """The words that tell git these rules."""
    return tuple(word for rule in rules for word in ("-c", rule))


class Repository:
    """A git repository at `path` (its folder or its bare folder). `own`: our store, under our rules alone."""

    def __init__(self, path: Path, own: bool = False) -> None:
        self.path = path
        self.own = own

    def run(
        self,
        *arguments: str,
        text: str | None = None,
        environment: Mapping[str, str] | None = None,
        expect: Sequence[int] = (0,),
        seconds: float | None = None,
        wrapper: Sequence[str] = (),
    ) -> str:
        """Run a git command and return its output as text (undecodable bytes kept as surrogates).

        `text` goes to its input; `seconds` bounds it; `wrapper` is a command to run git under. Raises GitError.
        """
        if not self.path.is_dir():  # gitpython would run in the current folder instead
            raise GitError(f"{self.path} is no folder")
        command = [*wrapper, "git", *(told(*OWN_RULES) if self.own else ()), *arguments]
        with tempfile.TemporaryFile() as source:
            source.write((text or "").encode("utf-8", "surrogateescape"))
            source.seek(0)
            try:
                status, output, error = Git(self.path).execute(
                    command,
                    istream=source,
                    with_extended_output=True,
                    with_exceptions=False,
                    stdout_as_string=False,
                    strip_newline_in_stdout=False,
                    kill_after_timeout=seconds,
                    env={**(OWN_ENVIRONMENT if self.own else {}), **(environment or {})},
                )
            except GitCommandNotFound as fault:
                raise RequestError(f"git cannot be started in {self.path} ({fault}); see `heirloom doctor`") from fault
        said = error if isinstance(error, str) else bytes(error).decode("utf-8", "replace")
        if status not in expect:
            asked = next(word for word in arguments if not word.startswith("-") and "=" not in word)
            raise GitError(f"git {asked} ended with {status}: {said.strip()[-600:] or 'no message'}")
        return bytes(output).decode("utf-8", "surrogateescape")

    def resolve(self, name: str) -> str | None:
        """The commit id that a name stands for, or None."""
        found = self.run(
            "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}", expect=(0, 1, 128)
        )
        return found.strip() or None

    def tip(self, ref: str) -> str | None:
        """The object id of a full ref name, or None."""
        found = self.run("for-each-ref", "--format=%(refname) %(objectname)", ref).splitlines()
        return next((line.split(" ")[1] for line in found if line.split(" ")[0] == ref), None)

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
        entry = self.run("ls-tree", "--full-tree", "-l", "-z", commit, "--", path).rstrip("\0")
        if not entry or "\0" in entry:
            return None
        mode, kind, blob, size = entry.split("\t")[0].split()
        if kind != "blob" or mode == "120000" or int(size) > limit:
            return None
        return self.run("cat-file", "blob", blob)

    def grafted(self, base: str, other: str, paths: Sequence[str]) -> str:
        """A new tree: that of one commit, but below `paths` as in another one. Its id."""
        old = self.run("ls-tree", "-r", "-z", "--name-only", base, "--", *paths).split("\0")[:-1]
        gone = "".join(f"0 {'0' * len(base)}\t{path}\0" for path in old)
        return self.exchanged(base, gone + self.run("ls-tree", "-r", "-z", other, "--", *paths))

    def exchanged(self, base: str, entries: str) -> str:
        """A new tree: that of a commit with these entries, as `update-index --index-info` takes them. Its id.

        By an index: `mktree` reads no configuration, and so does not flush what it writes.
        """
        with tempfile.TemporaryDirectory() as folder:
            place = {"GIT_INDEX_FILE": f"{folder}/index"}
            self.run("read-tree", base, environment=place)
            self.run("update-index", "-z", "--replace", "--index-info", text=entries, environment=place)
            return self.run("write-tree", environment=place).strip()

    def sizes(self, blobs: Sequence[str]) -> dict[str, int]:
        """Bytes of each blob, before anything of them is read."""
        lines = self.run("cat-file", "--batch-check=%(objectname) %(objectsize)", text="\n".join(blobs) + "\n")
        return {line.split(" ")[0]: int(line.split(" ")[1]) for line in lines.splitlines() if line.count(" ") == 1}

    def weight(self, commit: str, folder: str) -> int:
        """Bytes of all files below a folder of a commit."""
        lines = self.run("ls-tree", "-r", "-l", "-z", commit, "--", folder).split("\0")
        return sum(int(line.split("\t")[0].split()[3]) for line in lines if line and " blob " in line)

    def kinds(self, names: Sequence[str]) -> dict[str, str]:
        """What each object is ("tree", "commit"), those that are here."""
        lines = self.run("cat-file", "--batch-check=%(objectname) %(objecttype)", text="".join(f"{n}\n" for n in names))
        return dict(line.split(" ") for line in lines.splitlines() if not line.endswith(" missing"))

    def differing(self, pairs: Sequence[tuple[str, str]]) -> list[list[str]]:
        """For each pair of trees or commits, the paths in which they differ."""
        asked = [f"{name}^{{tree}}" for pair in pairs for name in pair]
        lines = self.run("cat-file", "--batch-check=%(objectname)", text="".join(f"{n}\n" for n in asked)).splitlines()
        trees = [f"{old} {new}" for old, new in zip(lines[::2], lines[1::2], strict=True)]
        told = self.run("diff-tree", "--stdin", "-r", "--name-only", text="".join(f"{pair}\n" for pair in trees))
        found: dict[str, list[str]] = {pair: [] for pair in trees}  # equal trees are passed over in silence
        pair = ""
        for line in told.splitlines():
            if line in found:
                pair = line
            else:
                found[pair].append(line)
        return [found[pair] for pair in trees]
