"""`heirloom doctor`: what this machine has and lacks, and how to get it."""

import os
import platform
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from controller.errors import HeirloomError, RequestError
from controller.gateway.upstreams.registry import key_variables, make
from controller.git.repository import Repository
from controller.operations.checked_settings import load_checked
from controller.run.compose import VENV
from controller.sandbox import cgroup
from controller.sandbox.levels import Trial, tried
from controller.sandbox.seccomp import filter_for
from controller.settings.credentials import key
from controller.settings.load import load
from controller.settings.settings import Settings
from controller.state.place import FREE_BYTES, free_bytes, locate
from controller.views.findings import Finding
from controller.views.live import examine_live
from controller.views.text import json_line

WATCHED = "rlimits and a look every quarter of a second (no control group can be made here: docs/isolation.md)"
LOOKED = "processor time, disk and entries by a look every second; files and their sizes by rlimits"


def examine(repository: Path, given: Mapping[str, Any]) -> list[Finding]:
    """Look at everything that a run needs; nothing is changed. `given`: settings of the command line."""
    found = [of_python(), of_git(repository), *of_isolation(tried(VENV))]
    found.append(of_calls(platform.machine()))
    found.append(Finding("limits", True, f"memory and processes by {cgroup.available() or WATCHED}; {LOOKED}"))
    try:
        found += of_run(repository, load_checked(given, os.environ, repository)[0])
    except HeirloomError as error:
        found.append(Finding("repository", False, str(error)))
    return found


def of_python() -> Finding:
    """The interpreter."""
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Finding("python", sys.version_info >= (3, 11), version)


def of_git(repository: Path) -> Finding:
    """The program git."""
    if shutil.which("git") is None:
        return Finding("git", False, "missing; on Debian: apt install git")
    return Finding("git", True, Repository(repository).run("--version").strip())


def of_isolation(trials: list[Trial]) -> list[Finding]:
    """Each level; one that isolates is needed."""
    isolating = [trial for trial in trials if trial.level.prove is not None]
    isolated = any(trial.holds for trial in isolating)
    found = []
    for trial in trials:
        needed = trial in isolating and not isolated
        found.append(Finding(f"isolation {trial.level.name}", trial.holds, trial.says, needed=needed))
    return found


def of_calls(machine: str) -> Finding:
    """Whether there is a filter of system calls for this machine's processor."""
    if filter_for(machine):
        return Finding("system calls", True, f"what no life needs is refused by a filter ({machine})", needed=False)
    return Finding("system calls", False, f"no filter is made for {machine}: a life may make any call", needed=False)


def of_run(repository: Path, settings: Settings) -> list[Finding]:
    """Repository, disk, memory and model. Raises HeirloomError where there is no repository."""
    place = locate(repository, settings.branch)
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    environment = dict(os.environ)  # a copy: --live asks again
    return [
        Finding("repository", True, str(place.repository.path)),
        of_disk(free_bytes(place.state.parent)),
        of_memory(memory, settings.memory_mb),
        of_model(settings.model, {name: key(name, environment) for name in key_variables()}),
    ]


def of_disk(free: int) -> Finding:
    """Whether so many free bytes are enough to begin with."""
    says = f"{free / 2**30:.1f} GiB free, {FREE_BYTES // 2**20} MiB needed"
    if free < FREE_BYTES:
        return Finding("disk", False, f"{says}: make room")
    return Finding("disk", True, says)


def of_memory(had: int, life_mb: int) -> Finding:
    """Whether the machine's memory, in bytes, holds one life, which may use `life_mb` MiB."""
    says = f"{had // 2**20} MiB, of which a life may use {life_mb}"
    if had < life_mb * 2**20:
        return Finding("memory", False, f"{says}: give the machine more, or set memory_mb lower", needed=False)
    return Finding("memory", True, says, needed=False)


def of_model(model: str, keys: Mapping[str, str | None]) -> Finding:
    """Whether the configured model can be asked; no call is made."""
    try:
        upstream = make(model, keys)
    except RequestError as error:
        return Finding("model", False, str(error))
    if upstream.paid:
        return Finding("model", True, f"{model}, a key is set")
    return Finding("model", True, f"{model}, no key and no network needed")


def show(repository: Path, console: Console, as_json: bool, given: Mapping[str, Any], live: bool = False) -> bool:
    """Print the findings; whether a run can be begun. `live`: ask the model too, which may cost up to a cent."""
    found = examine(repository, given)
    if live:
        found += examine_live(
            load(given, os.environ, repository)[0], repository, Console(stderr=True, highlight=False).print
        )
    able = all(one.fine for one in found if one.needed)
    if as_json:
        json_line(console, {"able": able, "findings": [vars(one) for one in found]})
        return able
    for one in found:
        console.print(f"{mark(one)} {one.name:<22} {escape(one.says)}")
    return able


def mark(finding: Finding) -> str:
    """Two letters in the colour of what it means, as rich's markup."""
    if finding.fine:
        return "[green]ok  [/]"
    if finding.needed:
        return "[red]no  [/]"
    return "[yellow]no  [/]"
