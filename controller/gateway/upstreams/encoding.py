"""Unpacks a body that a provider compressed although nobody asked for it, a bounded piece at a time. Pure."""

import zlib
from collections.abc import Iterator

from controller.contract import one_line
from controller.gateway.upstreams.upstream import Garbled

PIECE = 2**20  # bytes that are unpacked at once: a few packed ones can be thousands of times as many
PLAIN = ("", "identity")
WINDOWS = {"gzip": 31, "x-gzip": 31, "deflate": 15}  # zlib's name for each format: its `wbits`


class Decoder:
    """The body behind a `content-encoding`. Raises Garbled where that is none that we read."""

    def __init__(self, encoding: str) -> None:
        name = encoding.strip().lower()
        self._unpacking = None
        if name in PLAIN:
            return
        if name not in WINDOWS:
            raise Garbled(f"the provider's answer is packed as {one_line(name, 40)}, which was not asked for")
        self._unpacking = zlib.decompressobj(WINDOWS[name])

    def feed(self, packed: bytes) -> Iterator[bytes]:
        """What these bytes unpack to, in pieces of at most `PIECE` bytes. Raises Garbled."""
        if self._unpacking is None:
            yield packed
            return
        while packed and not self._unpacking.eof:
            try:
                piece = self._unpacking.decompress(packed, PIECE)
            except zlib.error as error:
                raise Garbled("the provider's answer cannot be unpacked") from error
            packed = self._unpacking.unconsumed_tail
            yield piece

    def finish(self) -> None:
        """The packed bytes are over. Raises Garbled where what they pack is not."""
        if self._unpacking is not None and not self._unpacking.eof:
            raise Garbled("the provider's answer ended in the middle of what it packed")
