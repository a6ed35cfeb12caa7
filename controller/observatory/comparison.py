"""Two commits of lineages beside each other: what each is, what differs, what the ledger measured of both."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from controller.contract import CONTEXT_BYTES, CONTEXT_FILE, Outcome
from controller.errors import PastBounds, RequestError
from controller.git.incoming import walk
from controller.git.log import Generation
from controller.git.repository import Repository
from controller.ledger.observed import Comparison, comparisons
from controller.memory import parse_context
from controller.observatory.code_size import code_size
from controller.observatory.revision import Revision, revision
from controller.state.place import Place


@dataclass(frozen=True)
class Side:
    """One of the two. `tokens`, `lives`, `outcomes`: of all lives up to it; `usd`: None where a price is not known."""

    revision: Revision
    code_tokens: int
    tests: str
    goal: str
    lives: int
    tokens: int
    usd: float | None
    outcomes: Counter[str]
    lessons: tuple[str, ...]


@dataclass(frozen=True)
class Pair:
    """Both sides. `files`: [added, deleted, path] of each that differs; None: a binary file.

    `common`: the newest generation that both descend from; None: none. `measured`: None where there is no ledger.
    """

    a: Side
    b: Side
    files: tuple[tuple[int | None, int | None, str], ...]
    diff: str
    common: Generation | None
    measured: tuple[Comparison, ...] | None


def pair(place: Place, first: str, second: str, path: str = "", with_diff: bool = False) -> Pair:
    """The two, by what the operator calls them. `path`: only what differs there. Raises RequestError, LedgerError."""
    one, other = revision(place, first), revision(place, second)
    repository = place.repository
    if path:
        check_path(repository, path, one.commit, other.commit)
    where = (f":(top,literal){path}",) if path else (":(top)", f":(top,exclude){CONTEXT_FILE}")
    measured = None
    with place.open_ledger() as database:
        if database is not None:
            measured = tuple(comparisons(database, one.commit, other.commit))
    text = ""
    if with_diff:
        text = diffed(repository, "--patch", one.commit, other.commit, where)
    return Pair(
        side(repository, one),
        side(repository, other),
        tuple(changed(diffed(repository, "--numstat", one.commit, other.commit, where, "-z"))),
        text,
        common(one.lived, other.lived),
        measured,
    )


def side(repository: Repository, one: Revision) -> Side:
    """What one of the two is."""
    trailers = one.generation.trailers if one.generation else {}
    context = parse_context(repository.read(one.commit, CONTEXT_FILE, CONTEXT_BYTES))
    costs = [cost(life) for life in one.lived]
    known = [usd for usd in costs if usd is not None]
    return Side(
        one,
        code_size(repository, one.commit),
        trailers.get("Tests", ""),
        trailers.get("Goal", ""),
        len(one.lived),
        sum(tokens(life) for life in one.lived),
        round(sum(known), 9) if len(known) == len(costs) else None,
        Counter(Outcome.parse(life.outcome).name for life in one.lived),
        context.lessons if context else (),
    )


def tokens(one: Generation) -> int:
    """All tokens of a life, in and out."""
    texts = [one.trailers.get(name, "") for name in ("Tokens-In", "Tokens-Cached", "Tokens-Out")]
    return sum(int(text) for text in texts if text.isascii() and text.isdigit())


def cost(one: Generation) -> float | None:
    """Dollars of a life; None where a price is not known."""
    try:
        return float(one.trailers.get("Cost-USD", ""))
    except ValueError:
        return None


def common(first: Sequence[Generation], second: Sequence[Generation]) -> Generation | None:
    """The newest generation that is in both."""
    known = {one.commit for one in first}
    for one in second:
        if one.commit in known:
            return one
    return None


def check_path(repository: Repository, path: str, *commits: str) -> None:
    """Raise RequestError where none of these commits has a file or a folder of this name."""
    name = path.rstrip("/") or "."
    for commit in commits:
        if repository.run("ls-tree", "--full-tree", "--name-only", commit, "--", name, expect=(0, 128)):
            return
    names = ", ".join(commit[:10] for commit in commits)
    raise RequestError(f"there is no {path!r} in {names}; a path is told from the top: agent/mind.py")


def diffed(repository: Repository, form: str, old: str, new: str, where: Sequence[str], *more: str) -> str:
    """git's diff of two commits, within the bounds of what a child may make git read. Raises RequestError."""
    words = ("diff", "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames", form, *more, old, new)
    try:
        return walk(repository, *words, "--", *where)
    except PastBounds as error:
        raise RequestError(f"{old[:10]} and {new[:10]} cannot be compared: {error}; --path names one file") from error


def changed(numstat: str) -> list[tuple[int | None, int | None, str]]:
    """The files of `git diff --numstat -z`: lines added, lines deleted, path."""
    found = []
    for record in numstat.split("\0"):
        added, _, rest = record.partition("\t")
        deleted, _, path = rest.partition("\t")
        if path:
            found.append((whole(added), whole(deleted), path))
    return found


def whole(text: str) -> int | None:
    """A count of lines; None for a binary file."""
    return int(text) if text.isdigit() else None
