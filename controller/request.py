"""Whether what the operator asks for can be: everything is checked before anything is changed."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from controller.contract import CONTEXT_BYTES, CONTEXT_FILE, CONTRACT_VERSION
from controller.errors import GitError, RequestError
from controller.history import Generation, tip
from controller.record import parse_context
from controller.repository import Repository

LEDGER, BACKUPS = "ledger.sqlite", "backups"  # below the state folder
FREE_BYTES = 256 * 2**20  # a run is not begun on a disk with less
ROOM_BYTES = 16 * 2**20  # a life that pushed nothing on a disk with less was ended by the disk


@dataclass(frozen=True)
class Place:
    """Where a lineage lives: the operator's repository, its common git folder, and our state below that."""

    repository: Repository
    state: Path
    branch: str

    @property
    def lineage(self) -> Path:
        """The folder of this lineage's own state."""
        return self.state / "lineages" / quote(self.branch, safe="")

    @property
    def store(self) -> Repository:
        """Our own repository of this lineage, which need not be there yet."""
        return Repository(self.lineage / "store.git", own=True)

    @property
    def ref(self) -> str:
        """The lineage's full ref name."""
        return f"refs/heads/{self.branch}"


def locate(folder: Path, branch: str) -> Place:
    """Find the operator's repository. Raises RequestError where there is none."""
    repository = Repository(folder.resolve())
    try:
        common = repository.run("rev-parse", "--path-format=absolute", "--git-common-dir").strip()
        up = repository.run("rev-parse", "--show-cdup").strip()
    except GitError as error:
        if "safe.directory" in str(error):
            raise RequestError(f"{folder} belongs to another user; to trust it: "
                               f"{str(error).splitlines()[-1].strip()}") from error  # fmt: skip
        raise RequestError(f"{folder} is not a git repository; make one (git init, git commit), or name it with "
                           f"--repository ({str(error).splitlines()[-1]})") from error  # fmt: skip
    if up:
        raise RequestError(f"{folder} lies inside the repository {(folder / up).resolve()}; name that one")
    return Place(repository, Path(common) / "heirloom", branch)


def starting_point(place: Place, asked: str | None) -> str:
    """The commit that the next generation follows. Raises RequestError where the lineage cannot be lived there."""
    repository, branch = place.repository, place.branch
    try:
        repository.run("check-ref-format", "--branch", branch)
    except GitError as error:
        raise RequestError(f"{branch!r} is no branch name; choose another --branch") from error
    if repository.resolve("HEAD") is None:
        raise RequestError("the repository has no commit yet; commit the genome first")
    if repository.run("rev-parse", "--is-shallow-repository").strip() == "true":
        raise RequestError("the repository is a shallow clone, and lives need its commits; git fetch --unshallow")
    if repository.checked_out(place.ref):
        raise RequestError(f"{branch} is checked out; a lineage is moved by the controller alone: "
                           "check out another branch, or choose another --branch")  # fmt: skip
    standing = repository.tip(place.ref)
    if standing is None:
        check_room(repository, place.ref)
    if standing and asked:
        raise RequestError(f"{branch} exists; leave --from out to go on with it, or name a new --branch to fork")
    start = standing or repository.resolve(asked or "HEAD")
    if start is None:
        raise RequestError(f"--from {asked}: there is no such commit")
    newest = tip(repository, start)
    if standing and newest is None:
        raise RequestError(f"{branch} is not a lineage (its last commit is no generation); choose another --branch")
    if newest:
        check_contract(branch, newest)
    check_genome(repository, start)
    return start


def check_contract(branch: str, newest: Generation, older: bool = False) -> None:
    """Raise RequestError where a lineage was lived under another contract; `older`: an older one is welcome."""
    said = newest.trailers.get("Contract", "")
    version = int(said) if said.isascii() and said.isdigit() and len(said) < 9 else -1
    if version == CONTRACT_VERSION or (older and 0 <= version < CONTRACT_VERSION):
        return
    told = f"{branch} was lived under contract version {said or 'unknown'}, this Heirloom speaks {CONTRACT_VERSION}; "
    if 0 <= version < CONTRACT_VERSION:
        raise RequestError(f"{told}`heirloom adopt` brings this one into it, or use the Heirloom that made it")
    raise RequestError(f"{told}update this checkout to the Heirloom that made it, or start a new --branch")


def check_room(repository: Repository, ref: str) -> None:
    """Raise RequestError where another branch lies where this one's folder would be, or the other way round."""
    parts = ref.split("/")
    above = {"/".join(parts[:count]) for count in range(3, len(parts))}
    for name in repository.run("for-each-ref", "--format=%(refname)", "refs/heads").splitlines():
        if name in above or name.startswith(f"{ref}/"):
            raise RequestError(f"there is a branch {name.removeprefix('refs/heads/')}, and git cannot hold "
                               f"{ref.removeprefix('refs/heads/')} beside it; choose another --branch")  # fmt: skip


def free_bytes(folder: Path) -> int:
    """What is free on the disk of a folder."""
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize


def no_room(folder: Path) -> bool:
    """Whether a life there could not write: the disk is full, or was made read-only, for root too."""
    return free_bytes(folder) < ROOM_BYTES or not os.access(folder, os.W_OK)


def check_genome(repository: Repository, start: str) -> None:
    """Raise RequestError where a commit holds nothing that could be born."""
    if repository.read(start, "agent/__main__.py", CONTEXT_BYTES * 16) is None:
        raise RequestError(f"{start[:10]} has no agent/__main__.py: there is no genome to live")
    text = repository.read(start, CONTEXT_FILE, 2**30)
    if text is None:
        raise RequestError(f"{CONTEXT_FILE} is missing at {start[:10]}; commit one (see docs/contract.md)")
    if len(text.encode("utf-8", "surrogateescape")) > CONTEXT_BYTES:
        raise RequestError(f"{CONTEXT_FILE} at {start[:10]} is over {CONTEXT_BYTES:,} bytes; drop its oldest entries")
    if parse_context(text) is None:
        raise RequestError(f"{CONTEXT_FILE} at {start[:10]} is not valid; mend it (see docs/contract.md) and commit")


def make_state(place: Place) -> None:
    """Make the folders of our state, mode 0700. Raises RequestError on a full or read-only disk."""
    try:
        for folder in (place.state, place.lineage, place.state / "lives"):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        trial = place.state / f"trial-{os.getpid()}"
        try:
            with trial.open("wb") as file:
                file.write(bytes(4096))
                os.fsync(file.fileno())
        finally:
            trial.unlink(missing_ok=True)
        free = free_bytes(place.state)
    except OSError as error:
        raise RequestError(f"{place.state} cannot be written ({error.strerror}); free some space or mend its "
                           "permissions, then run again") from error  # fmt: skip
    if free < FREE_BYTES:
        raise RequestError(f"less than {FREE_BYTES // 2**20} MiB are free for {place.state}; free some space first")


@contextmanager
def sole_controller(place: Place) -> Iterator[None]:
    """One controller a lineage: a lock that dies with its owner. Raises RequestError naming who holds it."""
    with (place.lineage / "lock").open("a+") as file:
        for patience in (0.1, 0.2, 0.4, 0.0):  # `heirloom status` looks at the lock by taking it for a moment
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(patience)
        else:
            file.seek(0)
            holder = file.read(20).strip() or "unknown"
            raise RequestError(f"{place.branch} is being lived by another controller (process {holder}); "
                               "wait for it, or end it first")  # fmt: skip
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
