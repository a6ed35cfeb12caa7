"""Which generation each line of a file is from, with its goal and outcome."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from controller.errors import PastBounds, RequestError
from controller.git.incoming import walk
from controller.git.log import Generation
from controller.observatory.comparison import check_path
from controller.observatory.revision import Revision, revision
from controller.state.place import Place

LINES = re.compile(r"(?P<path>.+?):(?P<first>\d{1,9})(?:[-,](?P<last>\d{1,9}))?")
HEAD = re.compile(r"([0-9a-f]{40,64}) \d+ (\d+)")


@dataclass(frozen=True)
class Line:
    """A line of a file. `generation`: None where it stood there before the lineage's first."""

    number: int
    text: str
    commit: str
    generation: Generation | None


def blame(place: Place, where: str, at: str = "") -> list[Line]:
    """The lines of `PATH`, `PATH:LINE` or `PATH:FIRST-LAST`, as they are at a revision; "": the lineage's newest.

    Raises RequestError.
    """
    one = revision(place, at or place.branch)
    path, first, last = split(where, one, place)
    words = ["blame", "--porcelain", "--no-textconv"]
    if first:
        words.append(f"-L{first},{last}")
    try:
        text = walk(place.repository, *words, one.commit, "--", path)
    except PastBounds as error:
        raise RequestError(unreadable(place, path, one, first)) from error
    known = {life.commit: life for life in one.lived}
    return list(lines(text, known))


def split(where: str, one: Revision, place: Place) -> tuple[str, int, int]:
    """The path, and the first and the last line; 0: all. A file may have a colon in its name. Raises RequestError."""
    found = LINES.fullmatch(where)
    if found is None or place.repository.run("ls-tree", "--full-tree", one.commit, "--", where, expect=(0, 128)):
        check_path(place.repository, where, one.commit)
        return where, 0, 0
    check_path(place.repository, found["path"], one.commit)
    first, last = int(found["first"]), int(found["last"] or found["first"])
    if not 0 < first <= last:
        raise RequestError(f"{where}: lines are counted from 1, and the first stands before the last: PATH:12-20")
    return found["path"], first, last


def unreadable(place: Place, path: str, one: Revision, first: int) -> str:
    """Why the lines of a file cannot be shown."""
    kind = place.repository.run("ls-tree", "--full-tree", one.commit, "--", path).split()[1:2]
    if kind != ["blob"]:
        return f"{path} is no file at {one.commit[:10]}; name one file in it"
    count = place.repository.run("cat-file", "blob", f"{one.commit}:{path}").count("\n")
    if first > count:
        return f"{path} has {count:,} lines at {one.commit[:10]}; there is no line {first:,}"
    return f"{path} at {one.commit[:10]} is too large, or its history too long, to be told line by line"


def lines(porcelain: str, known: dict[str, Generation]) -> Iterator[Line]:
    """The lines of `git blame --porcelain`."""
    commit, number = "", 0
    for line in porcelain.split("\n"):
        head = HEAD.match(line)
        if line.startswith("\t"):
            yield Line(number, line[1:], commit, known.get(commit))
        elif head is not None:
            commit, number = head[1], int(head[2])
