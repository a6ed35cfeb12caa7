"""Going back: the genome of an earlier generation becomes the newest one's, by a new commit. Nothing is erased.

Code, goal and lessons are those of then; the history stays, so that nobody walks the same way again unaware. Protected
files stay as they are: they are the operator's.
"""

from contextlib import closing
from datetime import UTC, datetime

from controller.audit.open_ledger import open_checked
from controller.contract import CONTEXT_BYTES, CONTEXT_FILE, ROLLED_BACK, AgentContext, Facts
from controller.errors import RequestError
from controller.events.kinds import Notify, RolledBack, Warned
from controller.git.lineage import Lineage
from controller.git.log import Generation, generations
from controller.git.repository import Repository
from controller.ledger.journal import Journal
from controller.ledger.wishes import Wishes
from controller.memory import complete, parse_context
from controller.operations.operator_commit import commit
from controller.state.place import Place, make_state, sole_controller


def target(repository: Repository, branch: str, head: str | None, number: int) -> tuple[str, Generation]:
    """The commit of a generation (0: what the first one followed), and the newest one. Raises RequestError."""
    lived = generations(repository, head) if head else []
    if not lived:
        raise RequestError(f"there is no lineage {branch} here yet; `heirloom run` lives one")
    if number == lived[0].number:
        raise RequestError(f"{branch} stands at generation {number} already")
    found = next((one.commit for one in lived if one.number == number), None)
    if found is None and number == lived[-1].number - 1:
        found = lived[-1].parent
    if not found:
        raise RequestError(f"{branch} has no generation {number}; `heirloom log` lists them")
    return found, lived[0]


def carry_out(lineage: Lineage, wishes: Wishes, genome: tuple[str, ...], notify: Notify) -> None:
    """Do what was wished, if anything was; what a dead controller began is completed. Raises StoppedEarly, GitError."""
    wish = wishes.open()
    if wish is None:
        return
    if wish.commit is None or wish.parent is None or lineage.head() not in (wish.parent, wish.commit):
        try:
            back, newest = target(lineage.store, lineage.branch, lineage.head(), wish.generation)
        except RequestError as error:
            wishes.end(wish, moved=False)
            notify(Warned(f"not gone back to generation {wish.generation}: {error}"))
            return
        parent, made = newest.commit, rolled_back(lineage, newest, back, wish.generation, genome, wish.asked)
        wishes.begin(wish, parent, made)
        number = newest.number + 1
    else:
        parent, made = wish.parent, wish.commit
        number = next(one.number for one in generations(lineage.store, parent, limit=1)) + 1
    lineage.advance(made, parent, number)
    wishes.end(wish, moved=True)
    notify(RolledBack(generation=number, to=wish.generation, commit=made))


def rolled_back(
    lineage: Lineage, newest: Generation, back: str, number: int, genome: tuple[str, ...], date: float
) -> str:
    """The commit that follows the newest generation with the genome of an earlier one."""
    then, now = memory(lineage, back), memory(lineage, newest.commit)
    undone = f"the operator went back to the genome of generation {number}: what changed since is undone"
    facts = Facts(outcome=ROLLED_BACK, parent=newest.commit, reasons=(undone,),
                  date=datetime.fromtimestamp(int(date), UTC).isoformat())  # fmt: skip
    after = complete(now.model_copy(update={"lessons": then.lessons}), None, newest.number + 1, then.goal, facts)
    tree = lineage.store.graft(newest.commit, back, genome)
    return commit(lineage, newest.number + 1, ROLLED_BACK, f"back to generation {number}", tree, after, date, back)


def memory(lineage: Lineage, at: str) -> AgentContext:
    """The memory at a commit. Raises RequestError where there is no sound one."""
    found = parse_context(lineage.read(at, CONTEXT_FILE, CONTEXT_BYTES))
    if found is None:
        raise RequestError(f"{CONTEXT_FILE} at {at[:10]} is missing or not sound; choose another generation")
    return found


def roll_back(place: Place, number: int, genome: tuple[str, ...], notify: Notify) -> None:
    """Go back now: nobody lives the lineage. Raises RequestError, also where somebody does."""
    target(place.repository, place.branch, place.repository.tip(place.ref), number)
    make_state(place)
    with sole_controller(place):
        lineage = Lineage(place.repository, place.store, place.branch)
        start = str(place.repository.tip(place.ref))
        with closing(open_checked(place, lineage, start)) as database:
            check_judged(Journal(database), place.branch)
            wishes = Wishes(database, place.branch)
            wishes.ask(number)
            carry_out(lineage, wishes, genome, notify)


def check_judged(journal: Journal, branch: str) -> None:
    """Raise RequestError where a life came to its end and was not judged yet: it would be lost."""
    for tried in journal.open_tries(branch):
        if journal.life(tried).ended:
            raise RequestError(f"generation {tried.generation} was lived and is not judged yet; `heirloom run` first")
