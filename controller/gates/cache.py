"""A gate's answer holds as long as what it depends on is the same: a life that asked need not wait a second time."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import asdict, replace

from controller.contract import CONTEXT_BYTES, CONTEXT_FILE
from controller.gates.candidate import Candidate, Stopped
from controller.gates.gate import Check, Gate
from controller.ledger.report import Report


def remembering(
    gates: tuple[Gate, ...], candidate: Candidate, configuration: str, stopped: Callable[[], bool] = lambda: False
) -> tuple[Gate, ...]:
    """The gates, each of which looks first whether it judged the same before; an answer "unknown" is never kept.

    The same: parent, `configuration` and what the gate's answers are cached by. A check raises Stopped once
    `stopped()` says so.
    """
    lineage = candidate.lineage
    files = f"{configuration} {candidate.parent} {lineage.tree_without_context(candidate.commit)}"
    memory = lineage.read(candidate.commit, CONTEXT_FILE, CONTEXT_BYTES) or ""
    goal_and_claim = f"{candidate.goal} {memory}".encode("utf-8", "surrogateescape")
    keys = {"files": files, "tree": f"{files} {hashlib.sha256(goal_and_claim).hexdigest()}"}

    cached = []
    for gate in gates:
        if gate.cached_by == "nothing":
            cached.append(gate)
            continue
        key = f"report {gate.name} {keys[gate.cached_by]}"
        cached.append(replace(gate, check=remembered(gate.check, key, stopped)))
    return tuple(cached)


def remembered(
    check: Check, key: str, stopped: Callable[[], bool], clock: Callable[[], float] = time.monotonic
) -> Check:
    """The check, which answers by what is known of a candidate under this key. It raises Stopped."""

    def look_first(candidate: Candidate) -> Report:
        if stopped():
            raise Stopped("the life ended while it was judged")
        found = candidate.findings.get(key)
        if found:
            return Report(**{**found, "reused": True})
        started = clock()
        report = replace(check(candidate), seconds=round(clock() - started, 3))
        if stopped():
            raise Stopped("the life ended while it was judged")
        if report.result != "unknown":
            candidate.findings[key] = asdict(report)
        return report

    return look_first
