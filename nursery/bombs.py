"""Pushes of some kilobytes that stand for far more: each is a commit on a parent, written as one pack."""

import hashlib
import subprocess
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

from bench.parts.ground import git
from nursery.ground import PUSH, Planted

KINDS = {"commit": 1, "tree": 2, "blob": 3}
WHO = b"nobody <nobody@localhost> 1700000000 +0000"


class Pack:
    """Objects to be written at once. Each `add_…` gives an id."""

    def __init__(self) -> None:
        self._objects: dict[str, bytes] = {}

    def add(self, kind: str, data: bytes) -> str:
        """One object."""
        name = hashlib.sha1(f"{kind} {len(data)}\0".encode() + data, usedforsecurity=False).hexdigest()
        size = len(data)
        head = [(KINDS[kind] << 4) | (size & 15)]
        size >>= 4
        while size:
            head[-1] |= 128
            head.append(size & 127)
            size >>= 7
        self._objects[name] = bytes(head) + zlib.compress(data, 1)
        return name

    def add_tree(self, *entries: tuple[str, str, str]) -> str:
        """A tree of entries (mode, name, id) that are sorted as git sorts them."""
        return self.add("tree", b"".join(f"{m} {name}\0".encode() + bytes.fromhex(one) for m, name, one in entries))

    def add_commit(self, tree: str, parent: str, parents: int = 1, words: bytes = b"A bomb\n") -> str:
        """A commit that names its parent so many times."""
        text = f"tree {tree}\n" + f"parent {parent}\n" * parents
        return self.add("commit", text.encode() + b"author " + WHO + b"\ncommitter " + WHO + b"\n\n" + words)

    @property
    def data(self) -> bytes:
        """The pack of them all."""
        body = (
            b"PACK" + (2).to_bytes(4, "big") + len(self._objects).to_bytes(4, "big") + b"".join(self._objects.values())
        )
        return body + hashlib.sha1(body, usedforsecurity=False).digest()

    def write(self, folder: Path) -> None:
        """Write them all into a repository."""
        words = ["git", "-C", str(folder), "index-pack", "--stdin"]
        subprocess.run(words, input=self.data, check=True, capture_output=True)


def wide(pack: Pack, parent: str) -> str:
    """Eight levels of trees with ten entries each: 10**8 paths."""
    one = pack.add("blob", b"")
    mode = "100644"
    for _ in range(8):
        one = pack.add_tree(*((mode, str(number), one) for number in range(10)))
        mode = "40000"
    return pack.add_commit(below_agent(pack, one), parent)


def deep(pack: Pack, parent: str) -> str:
    """Trees nested 25,000 deep."""
    one = pack.add_tree(("100644", "a", pack.add("blob", b"")))
    for _ in range(25_000):
        one = pack.add_tree(("40000", "a", one))
    return pack.add_commit(below_agent(pack, one), parent)


def large_tree(pack: Pack, parent: str) -> str:
    """One tree object of 5 MB."""
    blob = pack.add("blob", b"")
    one = pack.add_tree(*(("100644", f"{number:07}", blob) for number in range(140_000)))
    return pack.add_commit(below_agent(pack, one), parent)


def many_objects(pack: Pack, parent: str) -> str:
    """25,000 files of different contents."""
    found = [("100644", f"{number:05}", pack.add("blob", str(number).encode())) for number in range(25_000)]
    return pack.add_commit(below_agent(pack, pack.add_tree(*found)), parent)


def large_blob(pack: Pack, parent: str) -> str:
    """One file of 65 MB."""
    one = pack.add_tree(("100644", "zeros", pack.add("blob", bytes(65 * 2**20))))
    return pack.add_commit(below_agent(pack, one), parent)


def many_parents(pack: Pack, parent: str) -> str:
    """A commit of 48 MB: it names its parent a million times."""
    return pack.add_commit(below_agent(pack, pack.add_tree()), parent, parents=10**6)


def long_message(pack: Pack, parent: str) -> str:
    """A commit whose message has 60 MB, and is made of trailers."""
    words = b"Heirloom-Outcome: evolved\n" * 2_300_000
    return pack.add_commit(below_agent(pack, pack.add_tree()), parent, words=words)


def hidden(pack: Pack, parent: str) -> str:
    """Deep trees in a commit that the last one takes back: nothing of them is in its tree."""
    tree = pack.add_tree(("100644", "a", pack.add("blob", b"")))
    return pack.add_commit(tree, deep(pack, parent))


def below_agent(pack: Pack, tree: str) -> str:
    """A root tree whose agent/ is this one."""
    return pack.add_tree(("40000", "agent", tree))


BOMBS: Mapping[str, Callable[[Pack, str], str]] = {
    "10**8 paths in ten trees": wide,
    "trees nested 25,000 deep": deep,
    "a tree object of 5 MB": large_tree,
    "25,000 small objects": many_objects,
    "a file of 65 MB, deflated": large_blob,
    "a bomb in a commit that the next one takes back": hidden,
    "a commit with a million parents": many_parents,
    "a message of 60 MB": long_message,
}


def plant(folder: Path, name: str, parent: str) -> str:
    """Write a bomb into a repository; its commit."""
    pack = Pack()
    commit = BOMBS[name](pack, parent)
    pack.write(folder)
    return commit


def bomb(name: str) -> Callable[[Path, str], str]:
    """The same in the place of a commit that was made."""
    return lambda folder, commit: plant(folder, name, git(folder, "rev-parse", f"{commit}^"))


PUSHED = {name: Planted(lambda _: None, PUSH, raw=bomb(name)) for name in BOMBS}
