"""`heirloom status`: where the lineage stands, what the last run did, whether a controller lives."""

import time
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.markup import escape

from controller.audit.backups import missing_ledger
from controller.git.log import generations
from controller.ledger.pauses import Pause, Pauses
from controller.ledger.queries import RunState, TryState, newest_run, open_try
from controller.ledger.wishes import Wishes
from controller.run.control_socket import ask
from controller.state.place import Place, holder
from controller.state.presence import check_name, kept_elsewhere, ref_of
from controller.views.text import json_line

DOING_SINCE: dict[str | None, str] = {  # what a try does since it wrote a phase down
    None: "making the workspace",
    "spawn": "living",
    "asks": "living",
    "fetch": "fetching what it pushed",
    "judge": "judging",
    "record": "recording",
    "approval": "recording",
    "commit": "recording",
}


@dataclass(frozen=True)
class Status:
    """Where a lineage stands. `generation` is 0 before any; `controller`: the process that lives it; None: none.

    `state`: what that process says that it does; None: none lives, or it does not answer. `going_back`: the generation
    that was asked for by `heirloom rollback`, and not gone back to yet.
    """

    branch: str
    generation: int
    outcome: str | None
    controller: str | None
    run: RunState | None = None
    trying: TryState | None = None
    paused: Pause | None = None
    state: str | None = None
    going_back: int | None = None
    missing: str = ""  # what of the lineage should be here and is not, in words

    def as_json(self) -> dict[str, Any]:
        """It as one JSON object. `spent` are tokens of the run, `made` its calls, as `heirloom budget` has them."""
        found: dict[str, Any] = asdict(self)
        if self.run is not None:
            limit = self.run.limits["run"]
            found["run"] = {
                "id": self.run.id,
                "until": self.run.until,
                "tokens": limit.tokens,
                "calls": limit.calls,
                "spent": self.run.used.total,
                "made": self.run.used.calls,
                "assumed": self.run.assumed,
                "overbilled": self.run.overbilled,
                "ended": self.run.ended,
                "reason": self.run.reason,
            }
        if self.trying is not None:
            trying = self.trying
            found["trying"] = {"generation": trying.generation, "number": trying.number, "name": trying.phase}
        return found


def collect(place: Place) -> Status:
    """What is known of a lineage now. Raises LedgerError, RequestError where there are others, and not this one."""
    check_name(place)
    ref = ref_of(place.repository, place.branch)
    newest = generations(place.repository, ref, limit=1) if ref else []
    number, outcome = 0, None
    if newest:
        number, outcome = newest[0].number, newest[0].outcome
    controller = holder(place)
    state = None
    if controller is not None:
        state = (ask(place, "status") or {}).get("state")
    with place.open_ledger() as database:
        if database is None:
            return Status(place.branch, number, outcome, controller, state=state, missing=missing_ledger(place))
        run = newest_run(database, place.branch)
        trying = open_try(database, place.branch)
        paused = None
        if run is not None and run.ended is None:
            paused = Pauses(database).of_run(run.id)
        wish = Wishes(database, place.branch).open()
    going_back = wish.generation if wish is not None else None
    missing = missing_branch(place)
    return Status(place.branch, number, outcome, controller, run, trying, paused, state, going_back, missing)


def missing_branch(place: Place) -> str:
    """What to say where the branch is gone that the controller's store has."""
    kept = kept_elsewhere(place, None)
    if kept is None or not kept.repository.own:
        return ""
    upto = f"{kept.where} has it up to generation {kept.newest.number}"
    return f"the branch {place.branch}; {upto}, `heirloom restore` puts it back"


def moment(at: float) -> str:
    """A moment (seconds since the epoch) as a person of this place reads it."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(at))


def next_look(look: float | None, now: float) -> str:
    """When it is looked again at what a run waits for."""
    if look is None:
        return "until it is resumed"
    return f"looked at again in {max(look - now, 0):.0f} s"


def show(place: Place, console: Console, as_json: bool) -> None:
    """Print it."""
    status = collect(place)
    if as_json:
        json_line(console, status.as_json())
        return
    last = "no generation yet"
    if status.generation:
        last = f"generation {status.generation}, {status.outcome}"
    console.print(f"lineage     {escape(status.branch)}: {last}")
    if status.missing:
        console.print(f"[red]missing[/]     {escape(status.missing)}")
    console.print(f"controller  {process_of(status)}")
    if status.run is not None:
        show_run(status.run, status, console)
    if status.paused is not None:
        show_pause(status.paused, status.controller is not None, console)
    if status.going_back is not None:
        console.print(f"pending     back to the genome of generation {status.going_back}, before the next life")
    if status.trying is not None:
        console.print(line_of_try(status.trying, status.controller is not None))


def line_of_try(trying: TryState, living: bool) -> str:
    """What the open try does, or did when its controller ended."""
    head = "now        " if living else "unfinished "
    return f"{head} generation {trying.generation}, try {trying.number}: {DOING_SINCE.get(trying.phase, trying.phase)}"


def process_of(status: Status) -> str:
    """Who lives the lineage, and what was asked of it."""
    if status.controller is None:
        return "none"
    if status.state == "stopping":
        return f"process {status.controller}: stops when this life has been recorded"
    return f"process {status.controller}"


def show_run(run: RunState, status: Status, console: Console) -> None:
    """Print how the newest run stands and what it spent."""
    if run.ended is not None:
        state = run.reason or ""
    elif status.controller is not None:
        state = status.state or "living"
        if state == "paused" and status.trying is not None:
            state = "paused when this life has been recorded"
    else:
        state = "left unfinished: run again"
    tokens = run.limits["run"].tokens
    limit = f" of {tokens:,}" if tokens else ""
    console.print(f"run         {run.id}: until generation {run.until}; {escape(state)}")
    assumed = f", {run.assumed:,} of them assumed: no provider told them" if run.assumed else ""
    console.print(f"spent       {run.used.total:,}{limit} tokens in {run.used.calls:,} calls{assumed}")
    if run.overbilled:
        console.print(f"overbilled  {run.overbilled:,} tokens beyond what was set aside: this run sends no more calls")


def show_pause(pause: Pause, living: bool, console: Console) -> None:
    """Print what the run waits for."""
    then = "run again to go on"
    if living:
        then = next_look(pause.look, time.time())
    console.print(f"paused      {pause.kind}, since {moment(pause.since)}: {escape(pause.reason)}; {then}")
