"""Who else knows what was spent: the branch, the backups, the ledger's own chain. A ledger behind them lost something.

Reading only.
"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from controller.audit.backups import backups
from controller.errors import LedgerError
from controller.git.log import NOBODY, Generation
from controller.ledger.chain import Chain
from controller.ledger.database import Database
from controller.ledger.queries import lineages_of_runs
from controller.ledger.recordings import FILE, Recordings
from controller.ledger.total import Total


@dataclass(frozen=True)
class Witness:
    """What one of them says that runs had spent at least, by the runs' ids; `lineages`: whose they are, if it says."""

    name: str
    totals: Mapping[str, Total]
    lineages: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Behind:
    """A run of which the ledger knows less than a witness. `ledger` None: it does not know the run."""

    run: str
    witness: str
    says: Total
    ledger: Total | None

    def __str__(self) -> str:
        knows = "does not know it"
        if self.ledger is not None:
            knows = f"says {self.ledger}"
        return f"run {self.run}: {self.witness} says {self.says}, the ledger {knows}"


def behind(spent: Mapping[str, Total], witnesses: Sequence[Witness]) -> list[Behind]:
    """Where the ledger, which says `spent`, is behind a witness. Pure."""
    found = []
    for witness in witnesses:
        for run, says in witness.totals.items():
            ledger = spent.get(run)
            if ledger is None or says.beyond(ledger):
                found.append(Behind(run, witness.name, says, ledger))
    return found


def lost_calls(chain: Chain) -> list[Behind]:
    """Runs whose calls and anchors, one by one, are less than their sums: rows are gone."""
    sums = {run: total for run, total in chain.spent().items() if total}
    return behind(chain.counted(), [Witness("their sum", sums)])


def branch_witness(lived: Sequence[Generation]) -> Witness:
    """What the trailers of generations say of each run; old generations carry no totals."""
    totals: dict[str, Total] = {}
    for generation in lived:
        run = generation.trailers.get("Run", "")
        if run and run != NOBODY:
            says = Total.parse(generation.trailers.get("Spent", ""))
            totals[run] = totals.get(run, Total()) | says
    return Witness("the branch", totals)


def ledger_witnesses(chain: Chain) -> list[Witness]:
    """What the ledger says of itself, in its other places."""
    return [Witness("its chain", chain.carried()), Witness("its calls, one by one,", chain.counted())]


def backup_witnesses(folder: Path) -> list[Witness]:
    """What the newest backup that can be read says; none where there is none."""
    for path in backups(folder):
        try:
            with closing(Database(path, to_read=True)) as database:
                totals, lineages = lasting(Chain(database)), lineages_of_runs(database)
                return [Witness(f"the backup {path.name}", totals, lineages)]
        except LedgerError:
            continue  # an older one may be whole
    return []


def lasting(chain: Chain) -> dict[str, Total]:
    """What a ledger says that no later one says less of: each run with its calls, and what the settled ones cost.

    A call that was open when a copy was made may have cost less than was reserved for it.
    """
    settled = chain.carried()
    found = {}
    for run, total in chain.spent().items():
        found[run] = replace(settled.get(run, Total()), calls=total.calls)
    return found


def newest_recorded_try(folder: Path) -> int:
    """The id of the newest try of which something was recorded, in the folder of a lineage's own state; 0: none."""
    if not (folder / FILE).exists():
        return 0
    with closing(Recordings(folder, to_read=True)) as recordings:
        return recordings.newest()
