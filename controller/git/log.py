"""A lineage as it can be read from its branch alone, by one `git log`: no ledger is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from controller.contract import ROLLED_BACK, TRAILER_PREFIX, Outcome, OutcomeKind
from controller.git.repository import Repository, options
from controller.git.trailers import MERGED, NODE, Trailers

NOBODY = "none"  # the run of a generation that was not lived: the operator made it
LOG_RULES = options("log.showSignature=false")
FORMAT = "%H%x1f%P%x1f%ct%x1f%B"  # git takes longer to find the trailers of a long lineage than all else takes


@dataclass(frozen=True)
class Generation:
    """One generation, as its commit's trailers tell it; `trailers` are without their prefix.

    `merged`: the commits beside `parent` that it descends from. `log`: where parents are chosen, the commit of the log
    that tells of it on the branch, whose parents are `joins`: the one before it on the branch, and the generation's
    own. "" in a plain line.
    """

    number: int
    commit: str
    parent: str
    date: int  # seconds since the epoch
    subject: str
    trailers: Mapping[str, str]
    merged: tuple[str, ...] = ()
    log: str = ""
    joins: tuple[str, ...] = ()

    @property
    def tip(self) -> str:
        """Where the branch stands with it."""
        return self.log or self.commit

    @property
    def outcome(self) -> str:
        """An outcome in words: `evolved`, `refused(tests)`, `rolled-back`."""
        return self.trailers.get("Outcome", "")

    @property
    def kind(self) -> OutcomeKind:
        """The row of its outcome in OUTCOMES."""
        return Outcome.parse(self.outcome).kind

    @property
    def changed(self) -> bool:
        """Whether more than the memory may differ from its parent."""
        return self.kind.changed


def generations(
    repository: Repository, revision: str, limit: int | None = None, number: int | None = None
) -> list[Generation]:
    """The generations that a commit descends from (itself first), newest first; other commits are passed over.

    `limit`: how many commits to look at; `number`: only those of this number.
    """
    words = [*LOG_RULES, "log", "-z", "--encoding=UTF-8", "--first-parent", f"--format={FORMAT}"]
    if limit is not None:
        words.append(f"--max-count={limit}")
    if number is not None:  # git is quicker at it
        words.append(f"--grep=^{TRAILER_PREFIX}Generation: {number}$")
    found = []
    for record in repository.run(*words, "--end-of-options", revision, "--").split("\0"):
        generation = parse(record) if record else None
        if generation is not None and number in (None, generation.number):
            found.append(generation)
    return found


def named(repository: Repository, commits: Sequence[str]) -> list[Generation]:
    """The generations that these commits are, as each tells of itself; what is none is passed over."""
    if not commits:
        return []
    words = (*LOG_RULES, "log", "-z", "--encoding=UTF-8", "--no-walk=unsorted", "--stdin", f"--format={FORMAT}")
    records = repository.run(*words, text="\n".join(commits) + "\n").split("\0")
    found = (parse(record) for record in records if record)
    return [one for one in found if one is not None]


def standing(lived: Sequence[Generation]) -> list[Generation]:
    """Those whose work stands, newest first: what the operator went back behind is left out. Pure."""
    found: list[Generation] = []
    back = ""  # the commit that the operator went back to, until it is reached
    for one in lived:
        if back and one.commit != back:
            continue
        back = ""
        if one.outcome == ROLLED_BACK:
            back = one.trailers.get("Attempt", "")
        found.append(one)
    return found


def newest_on(lived: Sequence[Generation]) -> dict[str, Generation]:
    """By its title as it stands in the trailers, the generation that worked on a goal last, of those that stand."""
    return {one.trailers.get("Goal", ""): one for one in reversed(standing(lived))}


def parse(record: str) -> Generation | None:
    """One record of the log, or None where the commit is no generation."""
    commit, parents, date, message = record.split("\x1f", 3)
    title, _, body = message.rstrip("\n").partition("\n\n")
    trailers = Trailers(body.rpartition("\n\n")[2])
    number = trailers.get("Generation", "")
    if not number.isascii() or not number.isdigit():
        return None
    joins = tuple(parents.split())
    subject = title.replace("\n", " ")
    node = trailers.get(NODE)
    if node is not None:
        others = tuple(trailers.get(MERGED, "").split())
        return Generation(
            int(number), node, trailers.get("Parent", ""), int(date), subject, trailers, others, commit, joins
        )
    return Generation(int(number), commit, "".join(joins[:1]), int(date), subject, trailers, joins[1:])


def tip(repository: Repository, revision: str) -> Generation | None:
    """The generation that a commit is, or None where it is none."""
    for one in generations(repository, revision, limit=1):
        return one
    return None
