"""The lines of bytes that come in pieces, cut anywhere. Each byte is copied a fixed number of times. Pure."""


class Lines:
    """Takes pieces, gives lines without their newline. What has no newline yet waits."""

    def __init__(self) -> None:
        self._rest = bytearray()  # which grows in place: pieces of one byte cost no copy of all that came before

    @property
    def waiting(self) -> int:
        """Bytes of the line that has no end yet."""
        return len(self._rest)

    def feed(self, piece: bytes) -> list[bytes]:
        """The lines that end in this piece."""
        first, *others = piece.split(b"\n")
        self._rest += first
        if not others:
            return []
        lines = [bytes(self._rest), *others[:-1]]
        self._rest = bytearray(others[-1])
        return lines
