"""One side: a tree of folders and files, asked by listings."""

import hashlib
from dataclasses import dataclass
from typing import Union

Tree = dict[str, Union[str, "Tree"]]  # name -> content of a file, or folder


@dataclass(frozen=True)
class Item:
    """A name in a folder."""

    name: str
    digest: str
    is_folder: bool


class Side:
    """A tree that answers listings."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    def listing(self, path: tuple[str, ...]) -> list[Item]:
        """What lies in a folder, in no order. Raises KeyError where there is no such folder."""
        tree: Tree | str = self._tree
        for name in path:
            if isinstance(tree, str):
                raise KeyError(path)
            tree = tree[name]
        if isinstance(tree, str):
            raise KeyError(path)
        return [Item(name, digest(below), not isinstance(below, str)) for name, below in tree.items()]


def digest(tree: Tree | str) -> str:
    """A digest over a file's content, or over everything below a folder."""
    if isinstance(tree, str):
        return hashlib.sha256(b"file" + tree.encode()).hexdigest()
    parts = [f"{name}\0{digest(below)}" for name, below in sorted(tree.items())]
    return hashlib.sha256(b"folder" + "\n".join(parts).encode()).hexdigest()
