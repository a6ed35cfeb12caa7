"""What is judged of a try, and what its verdict depends on."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from controller.contract import Goal
from controller.gates.candidate import Candidate, Room
from controller.generation.parts import Parts
from controller.ledger.life import Try
from controller.life import workspace
from controller.sandbox.child import Child


def candidate(
    parts: Parts,
    tried: Try,
    commit: str,
    goal: Goal | None,
    folder: Path,
    started: Callable[[Child], None] = lambda _: None,
) -> Candidate:
    """What is judged, in an empty room. `started` is called with every process that runs there."""
    workspace.remove(folder)
    room = Room(parts.isolation, folder, replace(parts.bounds, seconds=parts.policy.seconds), started)
    return Candidate(
        lineage=parts.lineage,
        parent=tried.parent,
        commit=commit,
        generation=tried.generation,
        genome=parts.genome,
        changes=tuple(parts.lineage.changes(tried.parent, commit)),
        before=parts.context(tried.parent),
        goal=goal,
        room=room,
        findings=parts.known,
        judgements=parts.judgements(tried.id),
        types=parts.types,
        policy=parts.policy,
        genome_tokens=parts.genome_tokens,
    )


def fingerprint(parts: Parts) -> str:
    """What a report depends on beside the commits: settings, controller, isolation."""
    return " ".join(parts.stamps.get(name, "") for name in ("Config", "Controller", "Isolation"))
