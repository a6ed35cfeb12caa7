"""Bringing the operator's protected files into a lineage: one commit, no life, after the genome's gates passed on it.

What the genome may change stays the lineage's; everything else becomes that of the operator's HEAD.
"""

import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from controller.audit.open_ledger import open_checked
from controller.contract import ADOPTED
from controller.errors import RequestError, StoppedEarly
from controller.gates.judging import judge
from controller.gates.registry import named
from controller.git.lineage import Lineage
from controller.git.log import Generation, tip
from controller.ledger.journal import Journal
from controller.operations import judge_by_hand
from controller.operations.operator_commit import commit
from controller.operations.rollback import check_judged, check_plain, memory
from controller.sandbox.levels import choose
from controller.sandbox.temporary import temporary_folder
from controller.settings.settings import Settings
from controller.state.place import Place, locate, make_state, sole_controller
from controller.state.preflight import check_contract, check_genome
from controller.state.presence import check_readable
from controller.state.uncommitted import not_adopted

# What runs the genome's code. Its own files are as they were, so there is nothing to judge by reading them, and
# no life that could claim evidence
ASKED = named("builds", "tests", "reproduction")


def adopt(settings: Settings, folder: Path, tell: Callable[[str], None]) -> tuple[int, str]:
    """Adopt HEAD's protected files: the generation's number and commit. Nobody may live the lineage meanwhile.

    `tell` is given each gate's answer, as a line. Raises RequestError where there is nothing to adopt, StoppedEarly
    where the gates do not let it pass.
    """
    place = locate(folder, settings.branch)
    find_newest(place)
    make_state(place)
    with sole_controller(place):
        newest = find_newest(place)
        lineage = Lineage(place.repository, place.store, place.branch)
        with closing(open_checked(place, lineage, newest.commit)) as database:
            journal = Journal(database)
            check_judged(journal, place.branch)
            head = fetch_head(place, lineage)
            left_out = not_adopted(place, head)
            if left_out:
                tell(left_out)
            made = make_commit(lineage, newest, head, settings.genome)
            check_gates(settings, lineage, newest, made, tell)
            lineage.advance(made, newest.commit, newest.number + 1)
            journal.make_room(place.branch)
    return newest.number + 1, made


def find_newest(place: Place) -> Generation:
    """The newest generation of a lineage that can adopt. Raises RequestError."""
    check_readable(place)
    head = place.repository.tip(place.ref)
    newest = tip(place.repository, head) if head else None
    if newest is None:
        raise RequestError(f"{place.branch} ends with no generation here; `heirloom run` lives one")
    check_plain(place.branch, newest)
    if place.repository.checked_out(place.ref):
        raise RequestError(f"{place.branch} is checked out; check out the branch whose files it is to adopt")
    check_contract(place.branch, newest, older=True)
    check_genome(place.repository, newest.commit)
    return newest


def fetch_head(place: Place, lineage: Lineage) -> str:
    """The commit that the operator's HEAD is, brought into the lineage's store."""
    head = place.repository.resolve("HEAD")
    assert head is not None  # a lineage was begun here
    lineage.bring(head)
    return head


def make_commit(lineage: Lineage, newest: Generation, head: str, genome: tuple[str, ...]) -> str:
    """The commit that would follow the newest generation. Raises RequestError where it would change nothing.

    `head`: the operator's.
    """
    tree = lineage.store.graft(head, newest.commit, genome)
    if tree == lineage.tree(newest.commit):
        raise RequestError(f"{lineage.branch} has the protected files of HEAD ({head[:10]}) already")
    says = f"the operator's files of {head[:10]}"
    context = memory(lineage, newest.commit)
    return commit(lineage, newest.number + 1, ADOPTED, says, tree, context, time.time(), head)


def check_gates(
    settings: Settings, lineage: Lineage, newest: Generation, made: str, tell: Callable[[str], None]
) -> None:
    """Ask the gates that run the genome's code. Raises StoppedEarly where one does not let it pass."""
    isolation, warning = choose(settings.isolation, Path(sys.prefix), embedded=False)
    if warning:
        tell(warning)
    with temporary_folder("adopt") as folder:
        one = judge_by_hand.candidate(settings, lineage.store, made, newest.commit, isolation, Path(folder))
        verdict, reports = judge(replace(one, generation=newest.number + 1), ASKED)
    for report in reports:
        tell(f"{report.result:8} {report.name:13} {report.reason}")
    if verdict.decision != "pass":
        raise StoppedEarly(
            f"{lineage.branch} adopted nothing: {verdict.gate} does not let it pass; mend the genome (a life with "
            "that as --goal) or the files, then adopt again"
        )
