"""Tree objects of git with any names at all, which git itself would refuse to write."""

import subprocess
from pathlib import Path

from bench.parts.ground import git

Entries = list[tuple[str, str, str]]  # mode, name, object id


def write_tree(folder: Path, entries: Entries) -> str:
    """Write a tree object into a repository; its id."""
    kept = sorted(entries, key=sorts_as)
    heads = [f"{mode} {name}\0".encode("utf-8", "surrogateescape") for mode, name, _ in kept]
    raw = b"".join(head + bytes.fromhex(entry[2]) for head, entry in zip(heads, kept, strict=True))
    words = ["git", "-C", str(folder), "hash-object", "-t", "tree", "--literally", "-w", "--stdin"]
    return subprocess.run(words, input=raw, capture_output=True, check=True).stdout.decode().strip()


def sorts_as(entry: tuple[str, str, str]) -> bytes:
    """What git sorts an entry by: a folder's name as if it ended with a slash."""
    mode, name, _ = entry
    if mode == "40000":
        name += "/"
    return name.encode("utf-8", "surrogateescape")


def entries_of(folder: Path, name: str) -> Entries:
    """What a tree of a repository holds."""
    found = []
    for line in git(folder, "ls-tree", name).splitlines():
        meta, _, path = line.partition("\t")
        mode, _, blob = meta.split()
        found.append((mode.lstrip("0"), path, blob))
    return found
