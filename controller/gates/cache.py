"""A gate's report holds as long as what it depends on is the same: a life that asked need not wait a second time."""

import hashlib
from collections.abc import Callable
from dataclasses import asdict, replace

from controller.contract import CONTEXT_BYTES, CONTEXT_FILE
from controller.errors import HeirloomError
from controller.gates.builds.gate import builds
from controller.gates.candidate import Candidate, Gate
from controller.gates.context import context
from controller.gates.goal import goal
from controller.gates.reproduction.gate import reproduction
from controller.gates.shape import shape
from controller.gates.substance.gate import substance
from controller.ledger.report import Report

QUICK = (shape, context, substance, goal)  # they are asked anew: they take little
OF_FILES = (builds, reproduction)  # all others also read goal and claim, in agent_context.json


class Stopped(HeirloomError):
    """Whoever asked no longer waits."""


def remembering(
    gates: tuple[Gate, ...], candidate: Candidate, configuration: str, stopped: Callable[[], bool] = lambda: False
) -> tuple[Gate, ...]:
    """The gates, each of which looks first whether it judged the same before; an answer "unknown" is never kept.

    The same: parent, tree without agent_context.json and `configuration`; for gates that read goal and claim, the whole
    agent_context.json. Raises Stopped, from a gate, once `stopped()` says so.
    """
    lineage = candidate.lineage
    files = f"{configuration} {candidate.parent} {lineage.tree_without_context(candidate.commit)}"
    memory = lineage.read(candidate.commit, CONTEXT_FILE, CONTEXT_BYTES) or ""
    claim = hashlib.sha256(f"{candidate.goal} {memory}".encode("utf-8", "surrogateescape")).hexdigest()

    def wrapped(gate: Gate) -> Gate:
        key = f"report {getattr(gate, '__name__', gate)} {files}" + ("" if gate in OF_FILES else f" {claim}")

        def remembered(one: Candidate) -> Report:
            if stopped():
                raise Stopped("the life ended while it was judged")
            known = one.known.get(key)
            report = Report(**known) if known else gate(one)
            if stopped():
                raise Stopped("the life ended while it was judged")
            if report.result != "unknown" and known is None:
                one.known[key] = asdict(replace(report, seconds=0.0))
            return report

        return remembered

    return tuple(gate if gate in QUICK else wrapped(gate) for gate in gates)
