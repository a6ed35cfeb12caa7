"""Where a lineage lies on this disk: its folders, its lock, and the room that is left."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from controller.errors import GitError, RequestError
from controller.git.repository import Repository

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
