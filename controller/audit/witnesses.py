"""Who else knows what was spent: the branch, the backups, the ledger's own chain. A ledger behind them lost something.

Reading only, but for `repair`, which books the highest of what the witnesses say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from controller.audit.backups import backups
from controller.errors import LedgerBehind, LedgerError
from controller.git.log import NOBODY, Generation, generations
from controller.git.repository import Repository
from controller.ledger.calls import Calls
from controller.ledger.chain import REPAIRED, Chain, Total
from controller.ledger.database import Database
from controller.ledger.recordings import FILE, Recordings

NEWEST = 50  # generations that a start looks at; `heirloom verify` looks at all
OPEN = "SELECT DISTINCT try FROM calls JOIN tries ON tries.id = try WHERE settled IS NULL AND lineage = ?"
NEXT = "`heirloom verify` shows it, `heirloom verify --repair` books the highest of what the witnesses say"


@dataclass(frozen=True)
class Witness:
    """What one of them says that runs had spent at least."""

    name: str
    totals: Mapping[str, Total]


@dataclass(frozen=True)
class Behind:
    """A run of which the ledger knows less than a witness."""

    run: str
    witness: str
    says: Total
    ledger: Total | None  # None: it does not know the run

    def __str__(self) -> str:
        knows = "does not know it" if self.ledger is None else f"says {self.ledger}"
        return f"run {self.run}: {self.witness} says {self.says}, the ledger {knows}"


def behind(spent: Mapping[str, Total], witnesses: Sequence[Witness]) -> list[Behind]:
    """Where the ledger is behind a witness. Pure."""
    return [
        Behind(run, witness.name, says, spent.get(run))
        for witness in witnesses
        for run, says in witness.totals.items()
        if run not in spent or says.beyond(spent[run])
    ]


def branch(found: Sequence[Generation]) -> Witness:
    """What the trailers of a lineage say of each run; older generations carried no totals."""
    totals: dict[str, Total] = {}
    for one in found:
        run = one.trailers.get("Run", "")
        if run and run != NOBODY:
            totals[run] = totals.get(run, Total()) | Total.parse(one.trailers.get("Spent", ""))
    return Witness("the branch", totals)


def backed_up(folder: Path) -> list[Witness]:
    """What the newest backup that can be read says."""
    for path in backups(folder):
        try:
            database = Database(path)
        except LedgerError:
            continue
        try:
            return [Witness(f"the backup {path.name}", lasting(Chain(database)))]
        except LedgerError:
            continue
        finally:
            database.close()
    return []


def lasting(chain: Chain) -> dict[str, Total]:
    """What a ledger says that no later one says less of: each run with its calls, and what the settled ones cost.

    A call that was open when a copy was made may have cost less than was reserved for it.
    """
    settled = chain.carried()
    return {run: replace(settled.get(run, Total()), calls=total.calls) for run, total in chain.spent().items()}


def own(chain: Chain) -> list[Witness]:
    """What the ledger says of itself, in its other places."""
    return [Witness("its chain", chain.carried()), Witness("its calls, one by one,", chain.counted())]


def store_says(store: Repository, tip: str | None, limit: int | None = NEWEST) -> Witness:
    """What the newest generations of our own store say: what was lived here, and taken over from elsewhere."""
    return branch(generations(store, tip, limit) if tip else [])


def recorded(folder: Path) -> int:
    """The newest try of which something was recorded, in the folder of a lineage's own state."""
    if not (folder / FILE).exists():
        return 0
    recordings = Recordings(folder)
    try:
        return recordings.newest()
    finally:
        recordings.close()


def check(database: Database, folder: Path, lineage: Witness, newest: int = 0) -> None:
    """Before anything is sent. Raises LedgerBehind where the ledger lost something of what was spent."""
    chain = Chain(database)
    if wrong := chain.broken(last=1000):
        raise LedgerBehind(f"{database.path}: {wrong}; {NEXT}")
    if found := behind(chain.spent(), [*own(chain), *backed_up(folder), lineage]):
        raise LedgerBehind(f"{database.path} is behind: {found[0]}; {NEXT}")
    if lost := behind(chain.counted(), [Witness("their sum", {run: t for run, t in chain.spent().items() if t})]):
        raise LedgerBehind(f"{database.path} lost calls: {lost[0]}; {NEXT}")
    if newest > (known := chain.newest()):
        raise LedgerBehind(f"{database.path} is behind: try {newest} is recorded, the ledger knows {known}; {NEXT}")


def take_over(database: Database, lineage: str, found: Sequence[Generation]) -> None:
    """Write down the runs of a lineage that were lived elsewhere, so that from now on each one must be known."""
    chain = Chain(database)
    known = chain.spent()
    for run, total in branch(found).totals.items():
        if run not in known:
            chain.book(run, lineage, total, "lived elsewhere")


def repair(database: Database, folder: Path, lineage: str, said: Witness, newest: int = 0) -> list[str]:
    """Book the highest of what the witnesses say of this lineage's runs; a line for each that was mended.

    Nothing is ever lowered. No controller of this lineage may live meanwhile.
    """
    chain, calls = Chain(database), Calls(database)
    foreign = {row["id"] for row in database.rows("SELECT id FROM runs WHERE lineage != ?", lineage)}
    for row in database.rows(OPEN, lineage):
        calls.book(row["try"])
    witnesses = [Witness("its sums", chain.spent()), *own(chain), *backed_up(folder), said]
    wanted: dict[str, Total] = {}
    for witness in witnesses:
        for run, says in witness.totals.items():
            wanted[run] = wanted.get(run, Total()) | says
    known = (chain.spent(), chain.counted(), chain.carried())
    off = {run for run, total in wanted.items() if any(total != one.get(run, Total()) for one in known)}
    off |= set(said.totals) - set(known[0]) | (set(wanted) if chain.broken() else set())
    lines = []
    if newest > chain.newest():
        chain.pass_over(lineage, newest)
        lines.append(f"tries up to {newest} are recorded and were lost: their numbers are passed over")
    for run in sorted(off - foreign):
        added = chain.book(run, lineage, wanted[run], f"{REPAIRED}: the highest of what the witnesses say")
        lines.append(f"run {run}: booked {added}; it has now spent {wanted[run]}")
    return lines
