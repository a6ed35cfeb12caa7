"""Where a lineage lies on this disk: its folders, its ledger, its lock, and the room that is left."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from urllib.parse import quote

from controller.errors import GitError, RequestError
from controller.git.repository import Repository
from controller.ledger.database import LEDGER_FILE, Database

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
    def ledger(self) -> Path:
        """The ledger's file, which need not be there yet: one for all lineages of the repository."""
        return self.state / LEDGER_FILE

    @property
    def backups(self) -> Path:
        """The folder of the ledger's copies, which need not be there yet."""
        return self.state / "backups"

    @property
    def lives(self) -> Path:
        """The folder in which lives have their workspaces."""
        return self.state / "lives"

    @property
    def lock(self) -> Path:
        """The file that the controller of this lineage holds locked; it says which process that is."""
        return self.lineage / "lock"

    @property
    def ref(self) -> str:
        """The lineage's full ref name."""
        return f"refs/heads/{self.branch}"

    @contextmanager
    def open_ledger(self) -> Iterator[Database | None]:
        """The ledger, to be read and closed again; None where there is none yet. Raises LedgerError, RequestError."""
        if not self.ledger.exists():
            yield None
            return
        with closing(Database(self.ledger, to_read=True)) as database:
            yield database


def locate(folder: Path, branch: str) -> Place:
    """Find the operator's repository. Raises RequestError where there is none."""
    repository = Repository(folder.resolve())
    try:
        common = repository.run("rev-parse", "--path-format=absolute", "--git-common-dir").strip()
        up = repository.run("rev-parse", "--show-cdup").strip()
    except GitError as error:
        last_line = str(error).splitlines()[-1].strip()
        if "safe.directory" in str(error):
            raise RequestError(f"{folder} belongs to another user; to trust it: {last_line}") from error
        raise RequestError(
            f"{folder} is not a git repository; make one (git init, git commit), or name it with "
            f"--repository ({last_line})"
        ) from error
    if up:
        raise RequestError(f"{folder} lies inside the repository {(folder / up).resolve()}; name that one")
    state = Path(common) / "heirloom"
    if state.is_dir() and not os.access(state, os.R_OK | os.X_OK):
        raise RequestError(
            f"{state} belongs to another user (id {state.stat().st_uid}), who lived here; run as that user"
        )
    return Place(repository, state, branch)


def free_bytes(folder: Path) -> int:
    """What is free on the disk of a folder."""
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize


def no_room(folder: Path) -> bool:
    """Whether a life there could not write: the disk is full, or was made read-only, for root too."""
    return free_bytes(folder) < ROOM_BYTES or not os.access(folder, os.W_OK)


def make_state(place: Place) -> None:
    """Make the folders of our state, mode 0700. Raises RequestError on a full or read-only disk."""
    try:
        for folder in (place.state, place.lineage, place.lives):
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
        raise RequestError(
            f"{place.state} cannot be written ({error.strerror}); free some space or mend its permissions, "
            "then run again"
        ) from error
    if free < FREE_BYTES:
        raise RequestError(f"less than {FREE_BYTES // 2**20} MiB are free for {place.state}; free some space first")


@contextmanager
def sole_controller(place: Place) -> Iterator[None]:
    """One controller a lineage: a lock that dies with its owner. Raises RequestError naming who holds it."""
    refusal = f"{place.branch} is being lived by another controller (process {{process}}); wait for it, or end it first"
    with sole_owner(place.lock, refusal):
        yield


@contextmanager
def sole_owner(path: Path, refusal: str) -> Iterator[None]:
    """Hold a lock with this process' number in it. Raises RequestError: `refusal`, with the holder for `{process}`."""
    with path.open("a+") as file:
        if not take_lock(file):
            file.seek(0)
            raise RequestError(refusal.replace("{process}", file.read(20).strip() or "unknown"))
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def take_lock(file: TextIO) -> bool:
    """Lock a file for this process alone, until it is closed; False: another process holds it."""
    for seconds in (0.1, 0.2, 0.4, 0.0):  # `holder` looks at the lock by taking it for a moment
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(seconds)
        else:
            return True
    return False


def holder(place: Place) -> str | None:
    """The process that lives this lineage ("unknown" where its number cannot be read), or None."""
    if not place.lock.exists():
        return None
    with place.lock.open("r") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return file.read(20).strip() or "unknown"
    return None
