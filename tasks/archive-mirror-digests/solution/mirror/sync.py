"""What differs between two sides."""

from collections.abc import Iterator
from itertools import islice

from .side import Item, Side

Path = tuple[str, ...]
Difference = tuple[str, Path, str]  # what, where, and the digest of the file that is added or removed


def files(side: Side, path: Path = ()) -> dict[Path, Item]:
    """All files of a side by path."""
    found: dict[Path, Item] = {}
    for item in sorted(side.listing(path), key=lambda one: one.name):
        if item.is_folder:
            found.update(files(side, (*path, item.name)))
        else:
            found[(*path, item.name)] = item
    return found


def differences(archive: Side, mirror: Side, limit: int | None = None) -> list[tuple[str, Path]]:
    """What has to be done to the mirror's *files*, by path: ("add" | "change" | "remove", path).

    Sorted by path, which are compared name by name. Folders are not told, and an empty one is no difference. Where the same
    name is a file here and a folder there, the file is one difference and each file below the folder another. With
    `limit` at most so many, the first ones. Raises ValueError when it is negative.
    """
    if limit is not None and limit < 0:
        raise ValueError("a limit is not negative")
    return [(what, path) for what, path, _ in islice(_walk(archive, mirror, ()), limit)]


def moved(archive: Side, mirror: Side) -> list[tuple[Path, Path]]:
    """Files that only lie elsewhere: (where on the mirror, where in the archive), sorted.

    A file to be removed and a file to be added that have the same content. Each is in at most one pair: of several with
    one content the first removed one belongs to the first added one (by path), and so on.
    """
    gone: dict[str, list[Path]] = {}
    new: dict[str, list[Path]] = {}
    for what, path, digest in _walk(archive, mirror, ()):
        if what == "remove":
            gone.setdefault(digest, []).append(path)
        elif what == "add":
            new.setdefault(digest, []).append(path)
    return sorted(pair for digest, paths in gone.items() for pair in zip(paths, new.get(digest, [])))


def _walk(archive: Side, mirror: Side, path: Path) -> Iterator[Difference]:
    wanted = {item.name: item for item in archive.listing(path)}
    there = {item.name: item for item in mirror.listing(path)}
    for name in sorted({*wanted, *there}):
        yield from _compare(archive, mirror, (*path, name), wanted.get(name), there.get(name))


def _compare(archive: Side, mirror: Side, path: Path, here: Item | None, there: Item | None) -> Iterator[Difference]:
    if here and there and here.is_folder == there.is_folder:
        if here.digest == there.digest:
            return
        if here.is_folder:
            yield from _walk(archive, mirror, path)
        else:
            yield "change", path, ""
        return
    sides = [("add", archive, here), ("remove", mirror, there)]
    for what, side, item in sorted(sides, key=lambda one: bool(one[2] and one[2].is_folder)):
        if item is not None:
            yield from _all(what, side, path, item)


def _all(what: str, side: Side, path: Path, item: Item) -> Iterator[Difference]:
    if not item.is_folder:
        yield what, path, item.digest
        return
    for below in sorted(side.listing(path), key=lambda one: one.name):
        yield from _all(what, side, (*path, below.name), below)
