"""`heirloom doctor`: what this machine has and lacks, and how to get it."""

import os
import shutil
import sys
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from controller.errors import HeirloomError, RequestError
from controller.git.repository import Repository
from controller.sandbox import cgroup
from controller.settings.credentials import key
from controller.settings.load import load
from controller.state.place import FREE_BYTES, free_bytes, locate
from controller.views.findings import Finding
from controller.views.text import json_line

WATCHED = "rlimits and a look every quarter of a second (no control group can be made here)"
LOOKED = "processor time, disk and entries by a look every second; files and their sizes by rlimits"


def examine(repository: Path, model: str | None = None) -> list[Finding]:
    """Look at everything that a run needs; nothing is changed."""
    from controller.run.compose import KEY
    from controller.run.start import VENV
    from controller.sandbox.probe import describe

    version = ".".join(str(part) for part in sys.version_info[:3])
    found = [Finding("python", sys.version_info >= (3, 11), version)]
    git = shutil.which("git")
    says = Repository(repository).run("--version").strip() if git else "missing; on Debian: apt install git"
    found.append(Finding("git", git is not None, says))
    levels = describe(VENV)
    strong = any(available for name, available, _ in levels if name != "none")
    for name, available, why in levels:
        needed = name != "none" and not strong
        found.append(Finding(f"isolation {name}", available, why, needed=needed))
    found.append(Finding("limits", True, f"memory and processes by {cgroup.available() or WATCHED}; {LOOKED}"))
    try:
        settings, _ = load({"model": model}, os.environ, repository)
        place = locate(repository, settings.branch)
        free = free_bytes(place.state.parent)
        found.append(Finding("repository", True, str(place.repository.path)))
        says = f"{free / 2**30:.1f} GiB free, {FREE_BYTES // 2**20} MiB needed"
        found.append(Finding("disk", free >= FREE_BYTES, says + ("" if free >= FREE_BYTES else ": make room")))
        found.append(of_memory(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"), settings.memory_mb))
        found.append(of_model(settings.model, key(KEY, dict(os.environ))))  # a copy: --live asks again
    except HeirloomError as error:
        found.append(Finding("repository", False, str(error)))
    return found


def of_memory(had: int, life_mb: int) -> Finding:
    """Whether the machine's memory, in bytes, holds one life, which may use `life_mb` MiB."""
    fine = had >= life_mb * 2**20
    says = f"{had // 2**20} MiB, of which a life may use {life_mb}"
    return Finding("memory", fine, says if fine else f"{says}: give the machine more, or set memory_mb lower", False)


def of_model(model: str, key: str | None) -> Finding:
    """Whether the configured model can be asked; no call is made."""
    from controller.gateway.upstreams.registry import make

    try:
        upstream = make(model, key=key)
    except RequestError as error:
        return Finding("model", False, str(error))
    return Finding("model", True, f"{model}, " + ("a key is set" if upstream.paid else "no key and no network needed"))


def show(repository: Path, console: Console, as_json: bool, model: str | None = None, live: bool = False) -> bool:
    """Print the findings; whether a run can be begun. `live`: ask the model too, which may cost up to a cent."""
    found = examine(repository, model)
    if live:
        from controller.views.live import examine_live

        found += examine_live(load({"model": model}, os.environ, repository)[0], repository)
    able = all(one.fine for one in found if one.needed)
    if as_json:
        json_line(console, {"able": able, "findings": [vars(one) for one in found]})
        return able
    for one in found:
        mark = "[green]ok  [/]" if one.fine else ("[red]no  [/]" if one.needed else "[yellow]no  [/]")
        console.print(f"{mark} {one.name:<22} {escape(one.says)}")
    return able
