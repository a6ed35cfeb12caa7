"""Whatever the pieces, each byte of a stream is copied a fixed number of times: work is counted, not timed."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from controller.gateway.lines import Lines
from controller.gateway.message_shape import StreamShape
from controller.gateway.meter import Meter
from controller.gateway.passing_stream import read_beginning
from controller.gateway.upstreams.upstream import Answer
from tests.controller.gateway.messages_api import BLOCK, END, SAID, START

LONG = START.replace(b'"id": "m"', b'"id": "' + b"m" * 5_000 + b'"') + BLOCK


class Piece(bytes):
    """A byte that counts how many bytes are copied to put it behind others."""

    copied = 0

    def __radd__(self, before: bytes) -> bytes:
        Piece.copied += len(before)
        return bytes.__add__(before, self)


def pieces() -> list[bytes]:
    """A long event, in pieces of one byte."""
    Piece.copied = 0
    return [Piece(LONG[at : at + 1]) for at in range(len(LONG))]


class Adding:
    """As lines were read once: the planted case."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, piece: bytes) -> None:
        *_, self._rest = (self._rest + piece).split(b"\n")


def begin(parts: list[bytes]) -> None:
    """Read the beginning of a stream that comes in these pieces."""

    async def body() -> AsyncIterator[bytes]:
        for part in parts:
            yield part

    async def close() -> None:
        pass

    beginning = asyncio.run(read_beginning(Answer(200, {}, body(), close)))
    assert LONG.startswith(beginning) and len(beginning) > 5_000


def feed(reader: Callable[[bytes], object]) -> None:
    for piece in pieces():
        reader(piece)


@pytest.mark.parametrize("kind", [Lines, Meter, StreamShape])
def test_one_byte_pieces_cost_no_copies(kind: type[Lines | Meter | StreamShape]) -> None:
    feed(kind().feed)
    assert Piece.copied == 0


def test_a_slow_beginning_costs_no_copies() -> None:
    begin(pieces())
    assert Piece.copied == 0


def test_adding_up_is_seen() -> None:
    feed(Adding().feed)
    assert Piece.copied > len(LONG) ** 2 / 4


@pytest.mark.parametrize("size", [1, 3, 10_000])
def test_lines_are_those_of_the_whole(size: int) -> None:
    told = START + b"\r\n\n" + SAID + END + b"rest"
    lines, found = Lines(), []
    for at in range(0, len(told), size):
        found += lines.feed(told[at : at + size])
    assert [*found, b"rest"] == told.split(b"\n") and lines.waiting == 4
