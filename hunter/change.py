"""One change of a source file, made by byte offsets, which is how the syntax tree counts."""

import ast
from dataclasses import dataclass

from .quoting import becomes


@dataclass(frozen=True)
class Mutation:
    """Replace the bytes from `start` to `end` of a file by `text`; `what` says it in words."""

    kind: str
    start: int
    end: int
    text: str
    what: str

    def apply(self, source: str) -> str:
        """The changed file."""
        raw = source.encode()
        return (raw[: self.start] + self.text.encode() + raw[self.end :]).decode()


class Text:
    """A source file by byte offsets, which is how the syntax tree counts."""

    def __init__(self, source: str) -> None:
        self.raw = source.encode()
        self._lines = [0]
        for line in self.raw.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))

    def start(self, node: ast.expr | ast.stmt) -> int:
        """Where a node begins."""
        return self._lines[node.lineno - 1] + node.col_offset

    def end(self, node: ast.expr | ast.stmt) -> int:
        """Where a node ends."""
        assert node.end_lineno is not None and node.end_col_offset is not None
        return self._lines[node.end_lineno - 1] + node.end_col_offset

    def of(self, node: ast.expr | ast.stmt) -> str:
        """A node as it is written."""
        return self.raw[self.start(node) : self.end(node)].decode()

    def put(self, kind: str, node: ast.expr | ast.stmt, text: str) -> Mutation:
        """Write `text` in place of a node."""
        return self.replace(kind, self.start(node), self.end(node), text)

    def replace(self, kind: str, start: int, end: int, text: str) -> Mutation:
        """Write `text` in place of some bytes."""
        first, last = self.raw.rfind(b"\n", 0, start) + 1, self.raw.find(b"\n", end)
        before, after = self.raw[first:start].decode(), self.raw[end:last].decode()
        what = becomes(before + self.raw[start:end].decode() + after, before + text + after)
        return Mutation(kind, start, end, text, what)

    def swap(self, kind: str, operands: tuple[ast.expr, ast.expr], words: tuple[str, str]) -> list[Mutation]:
        """Exchange the operator that stands between two operands."""
        start, end = self.end(operands[0]), self.start(operands[1])
        between = self.raw[start:end].decode()
        if words[0] not in between:
            return []  # written over several lines or spaces: leave it
        return [self.replace(kind, start, end, between.replace(words[0], words[1], 1))]
