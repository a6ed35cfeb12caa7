"""What was measured, beside the ledger: lines of JSON in git notes, so that a clone has every table.

A line is a comparison (on the commit that was new in it), a grading (on the commit that was graded), or an opening of
the sealed tasks. Lines are only added. To fetch them: `git fetch origin 'refs/notes/heirloom/*:refs/notes/heirloom/*'`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from controller.contract import GIT_EMAIL, GIT_NAME
from controller.git.repository import Repository
from controller.ledger.gradings import Comparison, Grading, Gradings, Opening

NOTES = "refs/notes/heirloom/ground"


@dataclass(frozen=True)
class Record:
    """Comparisons in the order in which they began, the gradings of each by its id here, and openings."""

    comparisons: tuple[Comparison, ...] = ()
    gradings: Mapping[int, tuple[Grading, ...]] = field(default_factory=dict)
    openings: tuple[Opening, ...] = ()


def key_of(one: Comparison) -> str:
    """What a comparison is called in every copy: ids are a ledger's own."""
    return f"{one.began:.6f} {one.lineage} {one.a[:12]} {one.b[:12]} {one.suite} {one.split}"


def note(repository: Repository, gradings: Gradings, number: int) -> None:
    """Write a comparison of the ledger into the notes: what is there already is left. Raises GitError."""
    comparison = gradings.comparison(number)
    key = key_of(comparison)
    lines: dict[str, list[dict[str, Any]]] = {}
    lines[comparison.b] = [{"kind": "comparison", **asdict(comparison)}]
    for opening in gradings.openings():
        if opening.comparison == number:
            lines[comparison.b].append({"kind": "opening", "of": key, "at": opening.at, "why": opening.why})
    for one in gradings.of(number):
        lines.setdefault(one.commit, []).append({"kind": "grading", "of": key, **asdict(one)})
    for commit, found in lines.items():
        add(repository, commit, [json.dumps(line, sort_keys=True) for line in found])


def add(repository: Repository, commit: str, lines: Iterable[str]) -> None:
    """Add lines to the note of a commit; those that stand there are not written twice. Raises GitError."""
    known = repository.run("notes", f"--ref={NOTES}", "show", commit, expect=(0, 1)).splitlines()
    new = [line for line in dict.fromkeys(lines) if line not in set(known)]
    if not new:
        return
    who = {f"GIT_{role}_{part}": value for role in ("AUTHOR", "COMMITTER") for part, value in IDENTITY.items()}
    text = "\n".join([*known, *new]) + "\n"
    repository.run("notes", f"--ref={NOTES}", "add", "--force", "--file=-", commit, text=text, environment=who)


IDENTITY = {"NAME": GIT_NAME, "EMAIL": GIT_EMAIL}


def noted(repository: Repository) -> Record:
    """What the notes of a repository hold; a line that is none of ours is passed over. Raises GitError."""
    comparisons: dict[str, Comparison] = {}
    graded: dict[str, list[Grading]] = {}
    opened: list[tuple[str, Opening]] = []
    for line in lines_of(repository):
        kind, of = line.pop("kind", ""), str(line.pop("of", ""))
        with suppress(TypeError):
            if kind == "comparison":
                found = Comparison(**line)
                known = comparisons.get(key_of(found))
                if known is None or known.ended is None:
                    comparisons[key_of(found)] = found
            elif kind == "grading":
                graded.setdefault(of, []).append(Grading(**line))
            elif kind == "opening":
                opened.append((of, Opening(comparison=0, **line)))
    return merged(comparisons, graded, opened)


def lines_of(repository: Repository) -> Iterator[dict[str, Any]]:
    """Every line of every note that is an object."""
    if repository.tip(NOTES) is None:
        return
    listed = repository.run("notes", f"--ref={NOTES}", "list").splitlines()
    for blob in sorted({line.split(" ")[0] for line in listed}):
        for line in repository.run("cat-file", "blob", blob).splitlines():
            with suppress(ValueError, RecursionError):
                found = json.loads(line)
                if isinstance(found, dict):
                    yield found


def kept(gradings: Gradings) -> Record:
    """What the ledger holds."""
    comparisons = {key_of(one): one for one in gradings.comparisons()}
    graded = {key: gradings.of(one.id) for key, one in comparisons.items()}
    names = {one.id: key for key, one in comparisons.items()}
    opened = [(names[one.comparison], one) for one in gradings.openings()]
    return merged(comparisons, graded, opened)


def merged(
    comparisons: Mapping[str, Comparison],
    graded: Mapping[str, Iterable[Grading]],
    opened: Iterable[tuple[str, Opening]],
) -> Record:
    """Numbered by when they began, whatever the ids of the ledger they come from: equal tables from both. Pure."""
    order = sorted(comparisons, key=lambda key: (comparisons[key].began, key))
    numbers = {key: number for number, key in enumerate(order, 1)}
    found: dict[int, tuple[Grading, ...]] = {}
    for key, number in numbers.items():
        rows = {(one.pair, one.side, one.at, one.id): one for one in graded.get(key, ())}
        own = sorted(rows.values(), key=lambda one: (one.id, one.at))
        found[number] = tuple(replace(one, id=place, comparison=number) for place, one in enumerate(own, 1))
    openings = {(numbers[of], one.at): replace(one, comparison=numbers[of]) for of, one in opened if of in numbers}
    return Record(
        tuple(replace(comparisons[key], id=number) for key, number in numbers.items()),
        found,
        tuple(openings[place] for place in sorted(openings)),
    )


def together(one: Record, other: Record) -> Record:
    """Both records; a comparison that both have is taken from where it has ended, else from the first. Pure."""
    comparisons: dict[str, Comparison] = {}
    graded: dict[str, tuple[Grading, ...]] = {}
    opened: list[tuple[str, Opening]] = []
    for record in (one, other):
        names = {found.id: key_of(found) for found in record.comparisons}
        for found in record.comparisons:
            key = key_of(found)
            known = comparisons.get(key)
            if known is None or (known.ended is None and found.ended is not None):
                comparisons[key], graded[key] = found, record.gradings[found.id]
        opened += [(names[opening.comparison], opening) for opening in record.openings]
    return merged(comparisons, graded, opened)
