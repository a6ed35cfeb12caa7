"""Spawn, watch and end a child. The only owner of subprocess in the controller.

When `wait` returns, nothing that the child started is alive: `process_tree` says how.
"""

import select
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from controller.contract import one_line
from controller.errors import IsolationError
from controller.sandbox.cgroup import ControlGroup
from controller.sandbox.channel import Channel
from controller.sandbox.isolation import Command, Isolation
from controller.sandbox.limits import Bounds, Watch
from controller.sandbox.output import Output
from controller.sandbox.process_tree import LAST_SECONDS, ProcessTree


@dataclass(frozen=True)
class Ending:
    """How a child ended: with a code, by a signal, or by a limit (a name that `Watch` gives) and signal 9."""

    exit_code: int | None
    signal: int | None
    limit: str | None
    seconds: float
    output: str  # stdout and stderr as they came, both ends
    peak_bytes: int


class Child:
    """A running child. `listener`, where the command asked for one, is the caller's to close."""

    def __init__(
        self,
        process: "subprocess.Popen[bytes]",
        tree: ProcessTree,
        channel: Channel,
        bounds: Bounds,
        watch: Watch,
        group: ControlGroup | None,
    ) -> None:
        assert process.stdout is not None
        self._process = process
        self._tree = tree
        self._channel = channel
        self._output = Output(process.stdout)
        self._bounds = bounds
        self._watch = watch
        self._group = group
        self._lock = threading.Lock()  # `end` may come from another thread while `wait` reaps
        self._poll = select.poll()
        for source in (tree.pidfd, self._output, channel):
            self._poll.register(source, select.POLLIN)

    @property
    def pid(self) -> int:
        """The process that we started: the first of its tree."""
        return self._process.pid

    @property
    def listener(self) -> socket.socket | None:
        """A listening socket that the command reaches at 127.0.0.1."""
        return self._channel.listener

    @property
    def port(self) -> int | None:
        """The listener's port, as the command sees it."""
        if self.listener is None:
            return None
        return int(self.listener.getsockname()[1])

    def wait(self, waiting: Callable[[], float] = lambda: 0.0) -> Ending:
        """Hold the child to its bounds until it ends, then end whatever it started. Raises IsolationError.

        `waiting()`: seconds of its life so far that do not count for the wall limit.
        """
        limit = None
        while limit is None and not self._turn(waiting()):
            limit = self._watch.exceeded(self._output.total, waiting())
        limit = limit or self._watch.ended_by_kernel()
        try:
            self.end()
        finally:
            code = self._reap()
        if limit:
            code = -signal.SIGKILL
        return Ending(
            exit_code=code if code >= 0 else None,
            signal=-code if code < 0 else None,
            limit=limit,
            seconds=self._watch.seconds(),
            output=self._output.text(),
            peak_bytes=max(self._watch.peak, self._channel.peak),
        )

    def abandon(self) -> None:
        """End it and let go of everything; nobody waits for it any more. Raises IsolationError."""
        if self._process.returncode is None:
            self.end()
            self._reap()

    def end(self) -> None:
        """Kill the whole tree now and see it gone; from any thread, any number of times. Raises IsolationError."""
        with self._lock:
            if self._process.returncode is None:
                reported = self._channel.code is not None  # then what is contained ends by itself
                self._tree.end(LAST_SECONDS if reported else 0.0)

    def _turn(self, extra: float) -> bool:
        """Take what comes until the next look is due. True when the command has ended."""
        ready = {descriptor for descriptor, _ in self._poll.poll(self._watch.due(extra) * 1000)}
        for source in (self._output, self._channel):
            if source.fileno() in ready and not source.read():
                self._poll.unregister(source)
        return self._channel.code is not None or self._tree.pidfd in ready

    def _reap(self) -> int:
        """Take the last output and the exit code, and let go of everything."""
        with self._lock:
            code = self._process.returncode = self._tree.reap()
        self._channel.read()
        while self._output.total <= self._bounds.output_bytes and self._output.read():
            pass
        self._output.close()
        self._channel.close()
        if self._group:
            self._group.remove()
        if self._channel.code is not None:
            return self._channel.code
        if code > 128:
            return 128 - code  # the launcher was killed, and bubblewrap says 128 + the signal
        return code


def spawn(isolation: Isolation, command: Command, bounds: Bounds, clock: Callable[[], float] = time.monotonic) -> Child:
    """Start a command in its isolation. Call it from a thread that lives as long as the child.

    Raises IsolationError where the isolation cannot be made. A command that is not there ends with code 127.
    """
    channel = Channel()
    descriptor = channel.theirs.fileno()
    try:
        process = start(isolation.wrap(command, descriptor, bounds.quota()), descriptor)
    except IsolationError:
        channel.close()
        raise
    channel.theirs.close()
    marks = {name: value for name, value in command.environment.items() if str(command.folder) in value}
    tree = ProcessTree(process.pid, isolation.contained, marks)
    group = bounds.control_group()
    child = Child(process, tree, channel, bounds, Watch(tree, bounds, command.folder, group, clock), group)
    if not channel.meet():
        child.end()
        words = one_line(child.wait().output, 300) or "it ended in silence"
        raise IsolationError(f"{isolation.name}: {command.argv[0]} could not be started: {words}")
    tree.hold()
    if group:
        group.add(tree.members())
    channel.release(command.environment)
    return child


def run(isolation: Isolation, command: Command, bounds: Bounds) -> Ending:
    """Start a command without a listener and wait for its end. Raises IsolationError."""
    return spawn(isolation, command, bounds).wait()


def start(argv: list[str], channel: int) -> "subprocess.Popen[bytes]":
    """The process itself: in a session of its own, and with nothing of ours but the channel."""
    try:
        return subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            env={},
            cwd="/",
            pass_fds=(channel,),
            start_new_session=True,
        )
    except OSError as error:
        raise IsolationError(f"cannot start {argv[0]}: {error.strerror}") from error
