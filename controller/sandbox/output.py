"""What a child wrote, in bounded memory: the first bytes, the last, and how many were between."""

import os
from typing import IO

KEEP_BYTES = 32 * 1024  # of each end
READ_BYTES = 64 * 1024


class Output:
    """Reads a pipe without waiting."""

    def __init__(self, pipe: IO[bytes], keep: int = KEEP_BYTES) -> None:
        self._pipe = pipe
        self._keep = keep
        self._head = bytearray()
        self._tail = bytearray()
        self.total = 0
        os.set_blocking(pipe.fileno(), False)

    def fileno(self) -> int:
        """The pipe's descriptor, to wait for."""
        return self._pipe.fileno()

    def read(self) -> bool:
        """Take one piece of what is there. False when nothing is, and none may come."""
        try:
            data = os.read(self._pipe.fileno(), READ_BYTES)
        except BlockingIOError:
            return False
        self._take(data)
        return bool(data)

    def _take(self, data: bytes) -> None:
        self.total += len(data)
        room = self._keep - len(self._head)
        self._head += data[:room]
        self._tail += data[room:]
        if len(self._tail) > 4 * self._keep:
            del self._tail[: -self._keep]

    def text(self) -> str:
        """Both ends as text; where something is missing, one line in between says how much."""
        cut = self.total - 2 * self._keep
        if cut <= 0:
            return (self._head + self._tail).decode(errors="replace")
        head = self._head.decode(errors="replace")
        tail = self._tail[-self._keep :].decode(errors="replace")
        return f"{head}\n[{cut} bytes cut]\n{tail}"

    def close(self) -> None:
        """Close the pipe; `text` still answers."""
        self._pipe.close()
