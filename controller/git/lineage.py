"""One lineage: its store (our own bare repository), its branch in the operator's repository, and its commits."""

import hashlib
import shutil
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from controller.contract import CONTEXT_FILE, GIT_EMAIL, GIT_NAME, push_ref
from controller.errors import GitError, Held, RequestError
from controller.git import incoming
from controller.git.repository import LASTING, ZERO, Repository, options

PROBE = "refs/probe"  # written and deleted, to see whether that can be done
CLONES = 3  # at most, until one succeeds
PACK_EVERY = 10  # generations; loose objects make clones slow, loose refs fetches

# By version 2 any commit can be asked for by its id; nothing but objects and the named refs is written.
PLAIN = ("--quiet", "--no-tags", "--no-write-fetch-head")
# The operator's own configuration may forbid what a fetch from one folder to another is: a bare repository, a path.
LOCAL = options("protocol.version=2", "protocol.file.allow=always", "safe.bareRepository=all")
FETCH = (*LOCAL, "fetch", *PLAIN, "--no-recurse-submodules")
QUIET = options("core.hooksPath=/dev/null", "gc.auto=0", "maintenance.auto=false", *LASTING)


@dataclass(frozen=True)
class Change:
    """One path that differs between two commits. `mode` is git's, "000000" for a deleted path."""

    path: str
    mode: str
    old_mode: str
    blob: str
    old_blob: str


class Lineage:
    """A lineage named by its branch. `operator` is the operator's repository, `store` ours."""

    def __init__(self, operator: Repository, store: Repository, branch: str) -> None:
        self.operator, self.store, self.branch = operator, store, branch
        self.ref = f"refs/heads/{branch}"
        self._packing = threading.Lock()  # a clone copies the store's files one by one: none may go meanwhile

    def attempt_ref(self, generation: int, try_number: int) -> str:
        """Where an attempt is kept, in the store and in the operator's repository."""
        return f"refs/heirloom/{self.branch}/{generation}.{try_number}"

    def asked_ref(self, generation: int, try_number: int, ask: int) -> str:
        """Where it is kept what a life asked the gates about, and was refused; beside the attempt."""
        return f"{self.attempt_ref(generation, try_number)}.asked-{ask}"

    def head(self) -> str:
        """The commit that the lineage stands at."""
        found = self.store.tip(self.ref)
        if found is None:
            raise GitError(f"the store has no branch {self.branch}")
        return found

    def moved_error(self, theirs: str, ours: str) -> Held:
        """What is wrong where somebody else moved the branch; it is never overwritten."""
        return Held("lineage", f"{self.branch} was moved to {theirs[:10]} by someone else; move it back to {ours[:10]}")

    def check(self) -> None:
        """Raise Held where the operator's branch stands elsewhere than ours."""
        theirs, ours = self.operator.tip(self.ref), self.head()
        if theirs not in (ours, None):
            raise self.moved_error(theirs, ours)

    def open(self, start: str) -> None:
        """Make the store where there is none, and let it stand where the operator's branch (or `start`) stands.

        Raises RequestError where the branch was moved to a commit that is not a descendant.
        """
        self.make_bare(self.store.path)
        incoming.remove_all(self.store.path)
        theirs, ours = self.operator.tip(self.ref), self.store.tip(self.ref)
        wanted = theirs or start
        if ours == wanted:
            return
        # The operator's history is trusted: their own git configuration (safe.directory) decides, and no fsck.
        plain = Repository(self.store.path)
        plain.run(*FETCH, str(self.operator.path), wanted)
        if ours and theirs and not self.descends(theirs, ours):
            raise RequestError(
                f"{self.branch} was moved to {theirs[:10]}, which does not follow {ours[:10]}; "
                f"move it back, or fork it: run --from {theirs[:10]} --branch NAME"
            )
        self.store.move(self.ref, wanted, ours or ZERO)
        self.store.run("repack", "-q", "-a", "-d")

    def restore(self, source: Repository, commit: str) -> None:
        """Make the operator's branch, which is not there, at a commit that `source` has, with the attempts it has.

        Raises GitError.
        """
        attempts = f"refs/heirloom/{self.branch}/*"
        if source.path != self.operator.path:
            self.operator.run(*QUIET, *FETCH, str(source.path), commit, f"+{attempts}:{attempts}")
        self.operator.move(self.ref, commit, ZERO, QUIET)

    def make_bare(self, folder: Path) -> None:
        """A bare repository of the operator's object format; repeating it changes nothing."""
        folder.mkdir(parents=True, exist_ok=True)
        kind = self.operator.run("rev-parse", "--show-object-format").strip()
        Repository(folder, own=True).run("init", "--quiet", "--bare", "--template=", f"--object-format={kind}", ".")

    def descends(self, commit: str, ancestor: str) -> bool:
        """Whether `commit` is `ancestor` or follows it."""
        return self.store.descends(commit, ancestor)

    def clone(self, commit: str, folder: Path, attempts: Mapping[str, str] | None = None) -> None:
        """A fresh clone at exactly this commit, that names nothing of where it came from; `attempts`: other refs."""
        self._copy_store(folder)
        clone = Repository(folder, own=True)
        clone.run("checkout", "--quiet", "--detach", commit)
        clone.run("remote", "remove", "origin")
        for ref, attempt in (attempts or {}).items():
            clone.run("update-ref", ref, attempt)

    def _copy_store(self, folder: Path) -> None:
        """A clone without files. Another life's fetch may rename a file of the store under it: then once more."""
        plain = ("clone", "--quiet", "--no-hardlinks", "--no-checkout", "--no-tags", "--template=")
        words = (*plain, *options("core.logAllRefUpdates=false"), str(self.store.path), str(folder))
        with self._packing:
            for _ in range(CLONES - 1):
                with suppress(GitError):
                    self.store.run(*words)
                    return
                shutil.rmtree(folder, ignore_errors=True)  # no child has been in it yet
            self.store.run(*words)

    def keep(self, ref: str, commit: str) -> None:
        """Let a ref of the store hold a commit; never while the store is being packed."""
        with self._packing:
            self.store.run("update-ref", ref, commit)

    def drop(self, ref: str) -> None:
        """Delete a ref of the store, whether it is there or not; never while the store is being packed."""
        with self._packing:
            self.store.run("update-ref", "-d", ref)

    def bring(self, commit: str) -> None:
        """Have a commit of the operator's in the store. Raises GitError where they have none of that id."""
        if self.store.resolve(commit) is None:
            # Their history is trusted: their own git configuration decides, and no fsck
            Repository(self.store.path).run(*FETCH, str(self.operator.path), commit)

    def check_writable(self) -> None:
        """Write to the store. Raises GitError where that cannot be: what fails there is no fault of a child's then."""
        self.store.run("hash-object", "-w", "--stdin", text=f"{time.time_ns()}\n")  # one that is not there yet
        self.store.run("update-ref", PROBE, self.head())
        self.drop(PROBE)

    def fetch(
        self, generation: int, try_number: int, parent: str, upload_pack: str, inbox: str, ref: str = ""
    ) -> str | None:
        """Fetch the one ref that a life may push, by an `upload-pack` that runs with the child's rights.

        `inbox` is the path as that command sees it; `ref`: where to keep it, the attempt's own by default. Returns
        the commit id, or None where there is no such ref or it is not a sound commit. Raises PastBounds where it is
        too much to be read. In both cases nothing is kept.
        """
        ref = ref or self.attempt_ref(generation, try_number)
        pushed = push_ref(generation, try_number)
        with incoming.quarantine(self.store, f"{generation}.{try_number}") as there:
            try:
                there.run(
                    *("fetch", *PLAIN, f"--upload-pack={upload_pack}", "--", inbox, f"{pushed}:{pushed}"),
                    limits=incoming.FETCH,
                )
            except GitError:
                return None
            found = there.resolve(pushed)
            if found is None:
                return None
            incoming.measure(there, parent, found)
            self.store.run(*FETCH, str(there.path), f"+{pushed}:{ref}")
        return found

    def changes(self, parent: str, commit: str) -> list[Change]:
        """Every path that differs, renames as two. Raises PastBounds where they are too many to be listed."""
        words = incoming.differing(self.store, parent, commit).split("\0")
        found = []
        for meta, path in zip(words[0:-1:2], words[1::2], strict=True):
            old_mode, mode, old_blob, blob, _ = meta[1:].split(" ")
            found.append(Change(path, mode, old_mode, blob, old_blob))
        return found

    def read(self, commit: str, path: str, limit: int) -> str | None:
        """As `Repository.read`."""
        return self.store.read(commit, path, limit)

    def tree(self, commit: str) -> str:
        """The id of a commit's tree."""
        return self.store.run("rev-parse", f"{commit}^{{tree}}").strip()

    def tree_without_context(self, commit: str) -> str:
        """An id of everything but agent_context.json: equal for lives that changed only their history.

        The id that git would give that tree, which it need not agree to write: a child's may hold any entry.
        """
        data = self.store.run("cat-file", "tree", f"{commit}^{{tree}}").encode("utf-8", "surrogateescape")
        digest, size = (hashlib.sha256, 32) if len(commit) == 64 else (hashlib.sha1, 20)
        kept = b"".join(entry for name, entry in entries(data, size) if name != CONTEXT_FILE.encode())
        return digest(b"tree %d\0" % len(kept) + kept).hexdigest()

    def export(self, commit: str, folder: Path, paths: Sequence[str] = ()) -> None:
        """A commit's files without `.git`, written by git itself (it refuses paths that leave the folder).

        `paths`: where there are any, only what lies at or below these.
        """
        folder.mkdir(parents=True, exist_ok=True)
        index = folder.parent / f".{folder.name}.index"
        place = {"GIT_DIR": str(self.store.path), "GIT_WORK_TREE": str(folder), "GIT_INDEX_FILE": str(index)}
        self.store.run("read-tree", commit, environment=place)
        listed = self.store.run("ls-tree", "-r", "-z", "--name-only", commit, "--", *paths)
        self.store.run("checkout-index", "-z", "--stdin", "--force", text=listed, environment=place)
        index.unlink()

    def commit(self, parent: str, files_of: str, context: str, message: str, date: float) -> str:
        """Make a generation's commit on `parent`: the tree of `files_of` with this context. Equal input, equal id."""
        blob = self.store.run("hash-object", "-w", "--stdin", text=context).strip()
        tree = self.store.exchange(files_of, f"100644 {blob}\t{CONTEXT_FILE}\0")
        return self.store.run("commit-tree", tree, "-p", parent, text=message, environment=identity(date)).strip()

    def log(self, before: str, node: str, files_of: str, message: str, date: float) -> str:
        """Make a commit of the log on `before` that tells of `node`, with the tree of `files_of`; as `commit`."""
        words = ("commit-tree", self.tree(files_of), "-p", before, "-p", node)
        return self.store.run(*words, text=message, environment=identity(date)).strip()

    def advance(self, new: str, old: str, generation: int) -> None:
        """Move the lineage, in the operator's repository and then in the store. Repeating it changes nothing.

        In this order the store never stands at a generation that the operator was not given. Raises Held
        where the operator's branch was moved or checked out meanwhile: it is not touched.
        """
        theirs = self.operator.tip(self.ref)
        if theirs != new:
            if theirs not in (old, None):
                raise self.moved_error(theirs, old)
            if self.operator.checked_out(self.ref):
                raise Held(
                    "lineage",
                    f"{self.branch} was checked out while generation {generation} lived; check out another branch",
                )
            attempts = f"{self.attempt_ref(generation, 0).removesuffix('0')}*"
            self.operator.run(*QUIET, *FETCH, str(self.store.path), new, f"+{attempts}:{attempts}")
            self.operator.move(self.ref, new, theirs or ZERO, QUIET)
        if self.head() != new:
            self.store.move(self.ref, new, old)
        if generation % PACK_EVERY == 0:
            # Thousands of loose refs and objects slow every fetch; no more than that
            with suppress(GitError), self._packing:
                self.store.pack()
                self.operator.pack(QUIET)

    def push(self, remote: str) -> None:
        """Push lineage and attempts with the operator's credentials, fast-forward only. Raises GitError."""
        attempts = f"refs/heirloom/{self.branch}/*"
        self.operator.run("push", "--quiet", remote, f"{self.ref}:{self.ref}", f"{attempts}:{attempts}", seconds=300)


def identity(date: float) -> dict[str, str]:
    """Who makes a commit, and when (epoch, in seconds), as git's environment says it."""
    found = {}
    for role in ("AUTHOR", "COMMITTER"):
        found[f"GIT_{role}_NAME"] = GIT_NAME
        found[f"GIT_{role}_EMAIL"] = GIT_EMAIL
        found[f"GIT_{role}_DATE"] = f"{int(date)} +0000"
    return found


def entries(tree: bytes, size: int) -> Iterator[tuple[bytes, bytes]]:
    """Each entry of a tree object, with its name; `size`: bytes of an id."""
    start = 0
    while start < len(tree):
        end = tree.index(b"\0", start) + 1 + size
        yield tree[start : end - size - 1].partition(b" ")[2], tree[start:end]
        start = end
