"""`heirloom gate COMMIT`: what the gates say of a commit, each with its reason. Nothing is recorded or moved."""

import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from controller.errors import RequestError
from controller.gates.registry import judge_by_policy
from controller.gates.verdict import Verdict
from controller.git.log import tip
from controller.git.repository import Repository
from controller.ledger.report import Report
from controller.operations.judge_by_hand import candidate
from controller.sandbox.levels import choose
from controller.sandbox.temporary import temporary_folder
from controller.settings.gate_policy import weakened
from controller.settings.settings import Settings
from controller.state.place import locate
from controller.views.text import printable

COLOURS: Mapping[str, str] = {"pass": "green", "refuse": "red", "unknown": "yellow"}


def show(
    settings: Settings, folder: Path, name: str, against: str | None, everything: bool, console: Console, as_json: bool
) -> bool:
    """Judge, print, and say whether the gates let it pass. Raises RequestError, IsolationError."""
    repository = locate(folder, settings.branch).repository
    commit, parent = resolved(repository, name, against)
    isolation, warning = choose(settings.isolation, Path(sys.prefix), embedded=False)
    with temporary_folder("gate") as place:
        one = candidate(settings, repository, commit, parent, isolation, Path(place))
        verdict, reports = judge_by_policy(one, everything)
    if as_json:
        found = {"commit": commit, "against": parent, "verdict": verdict.decision, "gate": verdict.gate}
        console.print_json(data={**found, "gates": [asdict(report) for report in reports]}, indent=None)
    else:
        for text in (warning, weakened(settings.gates)):
            if text:
                console.print(f"[yellow]{printable(text)}[/]")
        print_verdict(console, commit, parent, verdict, reports)
    return verdict.decision == "pass"


def resolved(repository: Repository, name: str, against: str | None) -> tuple[str, str]:
    """What is to be judged, and against what: of a generation its attempt, against its parent. Raises RequestError."""
    commit = repository.resolve(name)
    if commit is None:
        raise RequestError(f"there is no commit {name!r} here; `heirloom log` lists a lineage's")
    generation = tip(repository, commit)
    if generation is not None:
        attempt = repository.resolve(generation.trailers.get("Attempt", ""))
        if attempt is None:
            raise RequestError(
                f"{name}: what generation {generation.number} pushed is not here; it pushed nothing, or fetch "
                "refs/heirloom/* first"
            )
        commit = attempt
        against = against or generation.parent
    parent = repository.resolve(against or f"{commit}^")
    if parent is None:
        missing = against or f"{name}^"
        raise RequestError(f"{missing}: there is no such commit; name the parent with --against")
    return commit, parent


def print_verdict(console: Console, commit: str, parent: str, verdict: Verdict, reports: tuple[Report, ...]) -> None:
    """Print a line a gate, and the evidence of what did not pass."""
    console.print(f"{commit[:10]} against {parent[:10]}")
    for report in reports:
        word = f"[{COLOURS[report.result]}]{report.result:7}[/]"
        console.print(f"{word} {report.name:10} {report.seconds:6.1f} s  {printable(report.reason)}")
        if report.result != "pass" and report.evidence:
            for line in printable(report.evidence).splitlines():
                console.print(f"    {line}")
    by = f" ({verdict.gate})" if verdict.gate else ""
    console.print(f"verdict: {verdict.decision}{by}")
