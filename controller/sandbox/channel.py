"""The controller's end of the line to a launcher: the listener out, the environment in, the report out."""

import re
import socket
from collections.abc import Mapping

from controller.sandbox import launcher

START_SECONDS = 30.0  # a launcher that has not answered by then never will
REPORT = re.compile(rb"(-?\d{1,3}) (\d{1,12})")  # exit code, kilobytes


class Channel:
    """One command's line. `theirs` is the end that the launcher inherits; close it once the launcher has it."""

    def __init__(self) -> None:
        self._ours, self.theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.listener: socket.socket | None = None
        self.code: int | None = None  # the command's exit code, negative for a signal, once reported
        self.peak = 0  # most resident bytes of one process, once reported

    def fileno(self) -> int:
        """Our end's descriptor, to wait for."""
        return self._ours.fileno()

    def meet(self) -> bool:
        """Wait for the launcher and take the listener. False where it does not come."""
        self._ours.settimeout(START_SECONDS)
        try:
            word, descriptors, _, _ = socket.recv_fds(self._ours, 64, 1, socket.MSG_CMSG_CLOEXEC)
        except OSError:  # it has ended, or it is silent
            return False
        finally:
            self._ours.setblocking(False)
        if descriptors:
            self.listener = socket.socket(fileno=descriptors[0])
        return word == b"ready"

    def release(self, environment: Mapping[str, str]) -> None:
        """Give the launcher the environment: now it starts the command."""
        try:
            self._ours.send(launcher.environment_message(dict(environment)))
        except (BrokenPipeError, ConnectionResetError):
            return  # it has been killed meanwhile: that is seen as its end

    def read(self) -> bool:
        """Take the report, if it is there. False when none is, and none may come; rubbish is none."""
        try:
            report = self._ours.recv(64)
        except OSError:
            return False
        found = REPORT.fullmatch(report)
        if found:
            self.code, self.peak = int(found[1]), int(found[2]) * 1024
        return found is not None

    def close(self) -> None:
        """Close both ends. The listener is not ours to close."""
        self._ours.close()
        self.theirs.close()
