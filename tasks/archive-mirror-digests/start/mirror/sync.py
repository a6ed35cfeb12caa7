"""What differs between two sides."""

from .side import Item, Side

Path = tuple[str, ...]


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
    wanted, there = files(archive), files(mirror)
    found: list[tuple[str, Path]] = []
    for path in sorted({*wanted, *there}):
        if path not in there:
            found.append(("add", path))
        elif path not in wanted:
            found.append(("remove", path))
        elif wanted[path].digest != there[path].digest:
            found.append(("change", path))
    return found if limit is None else found[:limit]


def moved(archive: Side, mirror: Side) -> list[tuple[Path, Path]]:
    """Files that only lie elsewhere: (where on the mirror, where in the archive), sorted.

    A file to be removed and a file to be added that have the same content. Each is in at most one pair: of several with
    one content the first removed one belongs to the first added one (by path), and so on.
    """
    wanted, there = files(archive), files(mirror)
    gone: dict[str, list[Path]] = {}
    for path in sorted(there):
        if path not in wanted:
            gone.setdefault(there[path].digest, []).append(path)
    pairs: list[tuple[Path, Path]] = []
    for path in sorted(wanted):
        if path not in there and gone.get(wanted[path].digest):
            pairs.append((gone[wanted[path].digest].pop(0), path))
    return sorted(pairs)
