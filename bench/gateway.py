"""`./heirloom bench gateway`: what the door adds to a call, and what a long ledger costs to read; all from one run."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.table import Table

from bench.parts.ground import ROOT, lineage, minimal, show
from bench.parts.timing import command, median_of
from controller.gateway.admission import Admission
from controller.gateway.prices import Prices
from controller.gateway.reservations import Terms
from controller.gateway.server import Gateway
from controller.gateway.upstreams.compatible import Compatible
from controller.ledger.calls import Calls
from controller.ledger.database import Database
from controller.ledger.journal import Journal, Run
from controller.ledger.recordings import Recordings
from controller.ledger.usage import Usage
from controller.settings.limit import Limit
from controller.settings.model_facts import Rate

DELAY = 0.05  # seconds; a model takes longer, which would hide more
CALLERS = 16
RECORDED, GENERATIONS = 100_000, 1_000
BUDGET = 10**12


@contextmanager
def doors(folder: Path, *upstreams: int) -> Iterator[tuple[str, list[int]]]:
    """A gateway to each of these ports, as a run makes it, with a durable ledger; the token, and their ports."""
    database = Database(folder / "ledger.sqlite")
    journal, calls = Journal(database), Calls(database)
    run = Run("bench", "lineage/main", 1, {}, BUDGET, None, BUDGET, {"life": Limit(BUDGET, BUDGET)})
    journal.begin_run(run)
    admission = Admission(journal.begin_try(run, 1, "0" * 40).id, 1, "token of the bench", models=("bench",))
    gateways, ports = [], []
    terms = Terms(Prices({"bench": Rate(input=Decimal(4), output=Decimal(20))}))
    for number, port in enumerate(upstreams):
        kept = folder / f"recordings {number}"
        kept.mkdir()
        gateway = Gateway(Compatible(f"http://127.0.0.1:{port}#bench"), calls, recordings=Recordings(kept), terms=terms)
        gateway.start()
        listener = socket.create_server(("127.0.0.1", 0))
        ports.append(listener.getsockname()[1])
        gateway.admit(admission, listener)
        gateways.append(gateway)
    try:
        yield admission.token, ports
    finally:
        for gateway in gateways:
            gateway.stop()
        database.close()


def calls_measured(folder: Path) -> dict[str, Any]:
    """What calls take, directly and through the gateway."""
    words = (sys.executable, "-m", "bench.parts.callers", str(DELAY))
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as ends:
        assert ends.stdin is not None and ends.stdout is not None
        slow, quick = json.loads(ends.stdout.readline())
        with doors(folder, slow, quick) as (token, ports):
            told = {"gateway": ports[0], "quick": ports[1], "token": token, "callers": CALLERS}
            ends.stdin.write(json.dumps(told) + "\n")
            ends.stdin.flush()
            found: dict[str, Any] = json.loads(ends.stdout.readline())
    return found


def recorded(folder: Path) -> Path:
    """A repository whose ledger holds 100,000 settled calls of 1,000 generations, and the lineage that they made."""
    operator = minimal(folder / "long")
    lineage(operator, GENERATIONS)
    memory = Path("/dev/shm")  # made where it is quick: what is measured is the reading
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        database = Database(Path(name) / "ledger.sqlite")
        journal, calls = Journal(database), Calls(database)
        run = Run("bench", "lineage/main", GENERATIONS, {}, BUDGET)
        journal.begin_run(run)
        for number in range(1, GENERATIONS + 1):
            tried = journal.begin_try(run, number, "0" * 40)
            for _ in range(RECORDED // GENERATIONS):
                calls.settle(calls.reserve(tried.id, "bench", 10_000), Usage(input=9_000, output=200), 200)
            journal.end_try(tried.id, "history")
        database.close()
        state = operator / ".git" / "heirloom"
        state.mkdir(mode=0o700)
        shutil.copy(Path(name) / "ledger.sqlite", state / "ledger.sqlite")
    return operator


def reading(folder: Path) -> dict[str, float]:
    """Seconds of the commands that read a long history; those that this version does not have are left out."""
    operator, found = recorded(folder), {}
    for word in ("budget", "log"):
        words = (str(ROOT / "heirloom"), word, "--repository", str(operator))
        if subprocess.run([words[0], word, "--help"], capture_output=True, check=False).returncode == 0:
            found[f"heirloom_{word}"] = median_of(command(*words))
    return found


def measure(folder: Path) -> dict[str, Any]:
    """All figures; seconds unless named otherwise."""
    found = calls_measured(folder)
    added = {
        f"{kind}_added_{figure}": found[f"{kind}_through"][figure] - found[f"{kind}_direct"][figure]
        for kind in ("one", "many", "chunk")
        for figure in ("median", "p99")
    }
    return found | added | reading(folder)


def table(found: dict[str, Any]) -> Table:
    """The figures beside what is aimed at."""
    made = Table("figure", "measured", "aim", box=None)

    def row(name: str, seconds: float, aim: str) -> None:
        made.add_row(name, f"{seconds * 1000:.1f} ms", aim)

    row("added to a call, one caller, median", found["one_added_median"], "≤ 8 ms")
    row("  of", found["one_direct"]["median"], "")
    row(f"added to a call, {CALLERS} callers, median", found["many_added_median"], "≤ 20 ms")
    row(f"added to a call, {CALLERS} callers, 99th percentile", found["many_added_p99"], "≤ 80 ms")
    row("a streamed chunk's added wait, median", found["chunk_added_median"], "≤ 2 ms")
    made.add_row(f"whole calls a second, {CALLERS} callers", f"{found['calls_a_second']:,.0f}", "≥ 150")
    for word in ("budget", "log"):
        if f"heirloom_{word}" in found:
            row(f"heirloom {word}, {RECORDED:,} recorded calls", found[f"heirloom_{word}"], "≤ 500 ms")
    return made


if __name__ == "__main__":
    os.umask(0o077)
    show(measure, table)
