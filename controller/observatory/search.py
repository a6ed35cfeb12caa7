"""Searching all that was said and done: the index beside the ledger is brought up to date, then asked."""

import os
import re
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TypeVar

from controller.errors import LedgerDamaged, RequestError
from controller.ledger.search_index import Document, SearchIndex
from controller.observatory.documents import index_lives, index_recordings
from controller.observatory.revision import known_lineages
from controller.sandbox.temporary import temporary_folder
from controller.state.place import Place
from controller.state.presence import ref_of

KINDS = ("goal", "claim", "lesson", "verdict", "diff", "transcript")
LETTER = re.compile(r"\w")
Answer = TypeVar("Answer")
Notice = Callable[[str], None]  # is told what takes long


@dataclass(frozen=True)
class Found:
    """The best documents, how many there are in all, and what could not be searched, in words."""

    documents: Sequence[Document]
    total: int
    gaps: Sequence[str]


def search(place: Place, phrases: Sequence[str], kind: str, limit: int, notice: Notice) -> Found:
    """What holds all phrases, in all lineages that are here. Raises RequestError, LedgerError."""
    if kind and kind not in KINDS:
        raise RequestError(f"--kind: there is nothing of the kind {kind!r}; there are: {', '.join(KINDS)}")
    asked = [phrase for phrase in phrases if LETTER.search(phrase)]
    if not asked:
        raise RequestError("there is no word in what is searched for: give a word, or 'two words' in their order")
    if limit < 1:
        raise RequestError(f"--limit {limit}: at least one is shown")

    def ask(index: SearchIndex) -> Found:
        gaps = update(place, index, notice)
        documents, total = index.find(asked, kind, limit)
        return Found(documents, total, gaps)

    return with_index(place, ask)


def with_index(place: Place, use: Callable[[SearchIndex], Answer]) -> Answer:
    """Use the index; one that turns out to be broken is made anew, once. Raises LedgerError."""
    if not is_writable(place):
        with temporary_folder("search") as folder, closing(SearchIndex(folder)) as index:
            return use(index)
    place.state.mkdir(exist_ok=True, mode=0o700)
    index = SearchIndex(place.state)
    try:
        return use(index)
    except LedgerDamaged:
        index.close()
        index.remove()
        index = SearchIndex(place.state)
        return use(index)
    finally:
        index.close()


def is_writable(place: Place) -> bool:
    """Whether the index can lie where the ledger lies."""
    folder = place.state if place.state.is_dir() else place.state.parent
    return os.access(folder, os.W_OK | os.X_OK)


def update(place: Place, index: SearchIndex, notice: Notice) -> list[str]:
    """Bring the index up to date. What could not be read, in words. Raises LedgerError, GitError."""
    names = known_lineages(place)
    names.sort(key=lambda name: name != place.branch)  # what two lineages share is told as this one's
    for name in names:
        tip = place.repository.tip(ref_of(place.repository, name) or "")
        if tip and index.mark(name) != tip:
            index_lives(place, index, name, tip, notice)
            index.set_mark(name, tip)
    gaps = []
    if not place.ledger.exists():
        gaps.append(
            "transcripts are not here: there is no ledger. They lie where the lineage was lived, in its .git/heirloom"
        )
    else:
        for name in names:
            index_recordings(place, index, name, notice)
    return gaps
