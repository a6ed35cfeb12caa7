"""A process that we started, and all that came of it: its memory, its end. The only owner of psutil."""

import os
import select
import signal
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it ships no types

from controller.contract import ENV_BIRTH
from controller.errors import IsolationError
from controller.sandbox.held import Mount, in_memory_bytes, mount_of, mounted, queued_bytes
from controller.sandbox.isolation import LIFE

END_SECONDS = 5.0  # a killed process that is still there by then cannot be ended
LAST_SECONDS = 1.0  # from the command's end to that of all that is contained with it
PAUSE_SECONDS = 0.005

IN_MEMORY = ("tmp", "dev/shm")  # the file systems of an isolation that lie in memory
MARKS = (ENV_BIRTH, "HOME", "TMPDIR")  # of its environment, what names a life's folder

# Of this controller and of the one before it, whose unfinished run may be gone on with
LAUNCHERS = ("sandbox/launcher.py", "isolation/launcher.py")
GONE = (psutil.NoSuchProcess, psutil.AccessDenied)  # it ended, or it is not ours


@dataclass(frozen=True)
class Use:
    """Bytes that are resident or wait in TCP sockets, and seconds of processor time, of a whole tree."""

    memory_bytes: int
    cpu_seconds: float


class ProcessTree:
    """The processes below `pid`, a child of ours that we have not reaped.

    `contained`: the kernel ends them all with it. Otherwise orphans stay below it as long as it lives, and once it
    does not they are known by `marks`, what their environment must hold.
    """

    def __init__(self, pid: int, contained: bool, marks: Mapping[str, str]) -> None:
        self.pid = pid
        self._contained = contained
        self._marks = marks
        self.pidfd = os.pidfd_open(pid)  # readable once the process has ended
        self._last = self.pidfd  # of what contains the others: it ends when all of them have
        self._inside = 0  # its id

    def hold(self) -> None:
        """Take hold of what contains the others, before there are any.

        Under bubblewrap it is the one child of the first process, which ends a moment before it.
        """
        if not self._contained:
            return
        for child in children(self.pid):
            try:
                self._last = os.pidfd_open(child)
                self._inside = child
            except ProcessLookupError:
                continue  # it was killed meanwhile, and with it all there was

    def gone(self, seconds: float = 0.0) -> bool:
        """Whether the first process, and all that is contained, has ended within so many seconds."""
        for descriptor in {self.pidfd, self._last}:
            readable, _, _ = select.select([descriptor], [], [], seconds)
            if not readable:
                return False
        return True

    def use(self) -> Use:
        """What all processes together hold and used; what ended counts with the one that waited for it."""
        memory = self._queued_bytes()
        seconds = 0.0
        for pid in self.members():
            try:
                member = psutil.Process(pid)
                with member.oneshot():
                    memory += member.memory_info().rss
                    seconds += sum(member.cpu_times()[:4])
            except GONE:
                continue
        return Use(memory, seconds)

    def _queued_bytes(self) -> int:
        """What waits in the sockets of a network of its own."""
        if self._inside:
            with suppress(OSError):  # it ended meanwhile
                return queued_bytes(self._inside)
        return 0

    def uncharged_bytes(self) -> int:
        """What lies in the file systems in memory that the isolation has made; it is nobody's resident memory."""
        total = 0
        if self._inside:
            for name in IN_MEMORY:
                try:
                    total += in_memory_bytes(Path(f"/proc/{self._inside}/root", name))
                except OSError:
                    continue  # it ended meanwhile
        return total

    def members(self) -> list[int]:
        """The processes that are there now; one that is being adopted at this moment may be left out."""
        found = [self.pid]
        for pid in found:  # which grows meanwhile
            found += [child for child in children(pid) if child not in found]
        return found

    def end(self, wait: float = 0.0) -> None:
        """Kill everything and see it gone; what is contained may end by itself first, within `wait` seconds.

        Raises IsolationError.
        """
        if self._contained and self.gone(wait):
            return
        deadline = time.monotonic() + END_SECONDS
        while (alive := self._alive()) and time.monotonic() < deadline:
            for member in alive:
                send(member, signal.SIGSTOP)  # all stand still before the first dies: nobody starts another
            for member in alive:
                send(member, signal.SIGKILL)
            time.sleep(PAUSE_SECONDS)
        if not (self._contained and self.gone(LAST_SECONDS)):
            signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)
        if alive or not self.gone(LAST_SECONDS):
            raise IsolationError(f"what process {self.pid} started cannot be ended; see `ps -ef` and end it by hand")

    def reap(self) -> int:
        """Read the exit code of the first process, which has ended; negative for a signal."""
        _, status = os.waitpid(self.pid, os.WNOHANG)  # it may be one of those that cannot be ended
        for descriptor in {self.pidfd, self._last}:
            os.close(descriptor)
        return os.waitstatus_to_exitcode(status)

    def _alive(self) -> list[psutil.Process]:
        members = self._descendants()
        if self._marks and self.gone():  # asked after the look: whoever killed the first is in it, or an orphan
            members += [member for member in psutil.process_iter() if self._marks.items() <= environment(member)]
        return [member for member in members if lives(member)]

    def _descendants(self) -> list[psutil.Process]:
        try:
            return list(psutil.Process(self.pid).children(recursive=True))
        except GONE:
            return []


def children(pid: int) -> list[int]:
    """The children of a process, as the kernel lists them: psutil reads about every process of the machine for that."""
    found: list[int] = []
    try:
        for thread in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (thread / "children").read_text().split())
    except OSError:  # it ended meanwhile
        return found
    return found


def send(member: psutil.Process, number: signal.Signals) -> None:
    """Send a signal to a process, if it is still the one that was found."""
    try:
        member.send_signal(number)
    except GONE:
        return


def lives(member: psutil.Process) -> bool:
    """Whether a process is more than an entry that its parent has not read yet."""
    try:
        return bool(member.status() != psutil.STATUS_ZOMBIE)
    except GONE:
        return False


def environment(member: psutil.Process) -> set[tuple[str, str]]:
    """The environment that a process was started with, where we may read it."""
    try:
        return set(member.environ().items())
    except GONE:
        return set()


def working_in(name: str, folders: Sequence[Path]) -> list[int]:
    """Processes of a name that work in one of the folders: as far as we may look."""
    found = []
    for member in psutil.process_iter():
        try:
            if member.name() == name and lives(member) and Path(member.cwd()) in folders:
                found.append(member.pid)
        except GONE:
            continue
    return found


def end_strays(folders: Sequence[Path]) -> None:
    """Kill what a dead controller left running of a life that lay in these folders.

    What was contained is known by its mounts, which it cannot change. Of what nothing contained, a launcher is known by
    its words, what it started by its environment: who hid both is not found.
    """
    mounts = [mount_of(folder) for folder in folders]
    deadline = time.monotonic() + END_SECONDS
    while time.monotonic() < deadline:
        left = [one for one in psutil.process_iter() if shows(one, mounts) or stray(one, folders)]
        for member in left:
            send(member, signal.SIGKILL)
        if not left:
            return
        time.sleep(PAUSE_SECONDS)


def shows(member: psutil.Process, mounts: Sequence[Mount]) -> bool:
    """Whether a living process has a folder that lies in one of these mounted where a life has its own."""
    if not lives(member):
        return False
    try:
        table = list(mounted(Path(f"/proc/{member.pid}/mountinfo")))
    except OSError:
        return False  # it ended, or it is another user's
    for root, place, device in table:
        if str(place) == LIFE and any(shown_by(root, device, mount) for mount in mounts):
            return True
    return False


def shown_by(root: Path, device: str, mount: Mount) -> bool:
    """Whether a mounted folder lies in another one, which need not exist any more."""
    return device == f"{mount.major}:{mount.minor}" and root.is_relative_to(mount.path)


def stray(member: psutil.Process, folders: Sequence[Path]) -> bool:
    """Whether a living process is a launcher of these folders, or was started in one with the environment of a life."""
    try:
        words = member.cmdline()
    except GONE:
        return False
    paths = [value for name, value in environment(member) if name in MARKS]
    if any(word.endswith(LAUNCHERS) for word in words):
        paths += words
    return lives(member) and any(Path(path).is_relative_to(folder) for path in paths for folder in folders)
