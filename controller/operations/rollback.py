"""Going back: the genome of an earlier generation becomes the newest one's, by a new commit. Nothing is erased.

Code, goal and lessons are those of then; the history stays, so that nobody walks the same way again unaware. Protected
files stay as they are: they are the operator's.
"""

from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from controller.audit.open_ledger import open_checked
from controller.contract import CONTEXT_BYTES, CONTEXT_FILE, ROLLED_BACK, AgentContext, Facts
from controller.errors import RequestError
from controller.events.kinds import Notify, RolledBack, Warned
from controller.git.lineage import Lineage
from controller.git.log import Generation, generations
from controller.git.repository import Repository
from controller.ledger.journal import Journal
from controller.ledger.wishes import Wish, Wishes
from controller.memory import complete, parse_context
from controller.operations.operator_commit import commit
from controller.state.place import Place, make_state, sole_controller


@dataclass(frozen=True)
class Target:
    """Where to go back to, and what from. `commit`: of generation `number`, or what the first one followed (0)."""

    number: int
    commit: str
    newest: Generation


def find_target(repository: Repository, branch: str, head: str | None, number: int) -> Target:
    """The generation to go back to. Raises RequestError where the lineage has none, or stands there."""
    lived = generations(repository, head) if head else []
    if not lived:
        raise RequestError(f"there is no lineage {branch} here yet; `heirloom run` lives one")
    newest, oldest = lived[0], lived[-1]
    check_plain(branch, newest)
    if number == newest.number:
        raise RequestError(f"{branch} stands at generation {number} already")
    for one in lived:
        if one.number == number:
            return Target(number, one.commit, newest)
    if number == oldest.number - 1 and oldest.parent:
        return Target(number, oldest.parent, newest)
    raise RequestError(f"{branch} has no generation {number}; `heirloom log` lists them")


def check_plain(branch: str, newest: Generation) -> None:
    """Raise RequestError where parents are chosen: there is no one genome that the operator's commit could follow."""
    if newest.log:
        raise RequestError(
            f"the parents of {branch} are chosen, so that nothing stands on its newest commit; fork it where the "
            "genome is that you want: run --from COMMIT --branch NAME (`heirloom log` has the commits)"
        )


def roll_back(place: Place, number: int, genome: tuple[str, ...], notify: Notify) -> None:
    """Go back now: nobody lives the lineage. Raises RequestError, also where somebody does."""
    head = place.repository.tip(place.ref)
    find_target(place.repository, place.branch, head, number)
    make_state(place)
    with sole_controller(place):
        lineage = Lineage(place.repository, place.store, place.branch)
        start = str(place.repository.tip(place.ref))
        with closing(open_checked(place, lineage, start)) as database:
            check_judged(Journal(database), place.branch)
            wishes = Wishes(database, place.branch)
            wishes.ask(number)
            carry_out(lineage, wishes, genome, notify)


def carry_out(lineage: Lineage, wishes: Wishes, genome: tuple[str, ...], notify: Notify) -> None:
    """Do what was wished, if anything was; what a dead controller began is completed. Raises StoppedEarly, GitError."""
    wish = wishes.open()
    if wish is None:
        return
    if not is_under_way(lineage, wish):
        try:
            target = find_target(lineage.store, lineage.branch, lineage.head(), wish.generation)
        except RequestError as error:
            wishes.end(wish, moved=False)
            notify(Warned(f"not gone back to generation {wish.generation}: {error}"))
            return
        parent, made = target.newest.commit, make_commit(lineage, target, genome, wish.asked)
        wishes.begin(wish, parent, made)
        wish = replace(wish, parent=parent, commit=made)
    move(lineage, wishes, wish, notify)


def is_under_way(lineage: Lineage, wish: Wish) -> bool:
    """Whether the commit was made, and the lineage stands at it or at its parent."""
    if wish.commit is None or wish.parent is None:
        return False
    return lineage.head() in (wish.parent, wish.commit)


def move(lineage: Lineage, wishes: Wishes, wish: Wish, notify: Notify) -> None:
    """Move the lineage to the commit of a wish; the wish is done then."""
    assert wish.commit is not None and wish.parent is not None
    (newest,) = generations(lineage.store, wish.parent, limit=1)
    number = newest.number + 1
    lineage.advance(wish.commit, wish.parent, number)
    wishes.end(wish, moved=True)
    notify(RolledBack(generation=number, to=wish.generation, commit=wish.commit))


def make_commit(lineage: Lineage, target: Target, genome: tuple[str, ...], date: float) -> str:
    """The commit that follows the newest generation with the genome of the target. Raises RequestError."""
    newest, number = target.newest, target.newest.number + 1
    then, now = memory(lineage, target.commit), memory(lineage, newest.commit)
    undone = f"the operator went back to the genome of generation {target.number}: what changed since is undone"
    facts = Facts(
        outcome=ROLLED_BACK,
        parent=newest.commit,
        reasons=(undone,),
        date=datetime.fromtimestamp(int(date), UTC).isoformat(),
    )
    after = complete(now.model_copy(update={"lessons": then.lessons}), None, number, then.goal, facts)
    tree = lineage.store.graft(newest.commit, target.commit, genome)
    says = f"back to generation {target.number}"
    return commit(lineage, number, ROLLED_BACK, says, tree, after, date, target.commit)


def memory(lineage: Lineage, at: str) -> AgentContext:
    """The memory at a commit. Raises RequestError where there is no sound one."""
    found = parse_context(lineage.read(at, CONTEXT_FILE, CONTEXT_BYTES))
    if found is None:
        raise RequestError(f"{CONTEXT_FILE} at {at[:10]} is missing or not sound; choose another generation")
    return found


def check_judged(journal: Journal, branch: str) -> None:
    """Raise RequestError where a life came to its end and was not judged yet: it would be lost."""
    for tried in journal.open_tries(branch):
        if journal.life(tried).ended:
            raise RequestError(f"generation {tried.generation} was lived and is not judged yet; `heirloom run` first")
