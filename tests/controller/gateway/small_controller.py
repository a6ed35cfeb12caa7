"""A small controller, to be killed: a gateway with one life, a ledger, and an upstream on loopback.

Takes a JSON object as its argument (ledger, run, budget, dollars, upstream, models, and a key where it wants one) once
a line comes in on its input, so that it can be imported and ready before it is wanted. Says the port of its gateway,
then serves until it is killed.
What a dead controller left open is booked first, as every run does it.
"""

import json
import socket
import sys
import threading
from decimal import Decimal
from pathlib import Path

from controller.gateway.admission import Admission
from controller.gateway.prices import Prices
from controller.gateway.reservations import Terms
from controller.gateway.server import Gateway
from controller.gateway.upstreams.compatible import Compatible
from controller.ledger.calls import Calls
from controller.ledger.database import Database
from controller.ledger.journal import Journal, Run
from controller.settings.model_facts import Rate

RATE = Rate(input=Decimal(1), output=Decimal(2))  # dollars for a million tokens
LINEAGE, TOKEN = "lineage/main", "token of the small controller"


def main() -> None:
    """Serve."""
    told = json.loads(sys.argv[1])
    sys.stdin.readline()
    database = Database(Path(told["ledger"]))
    journal, calls = Journal(database), Calls(database)
    for left in journal.open_tries(LINEAGE):
        calls.book(left.id)
        journal.end_try(left.id, "aborted")
    run = journal.open_run(LINEAGE)
    if run is None or run.id != told["run"]:
        if run is not None:
            journal.end_run(run.id, "done")
        run = Run(told["run"], LINEAGE, 1, {}, told["budget"], dollars=told["dollars"])
        journal.begin_run(run)
    tried = journal.begin_try(run, 1, "0" * 40)
    terms = Terms(Prices(dict.fromkeys(told["models"], RATE)), at_once=128)
    upstream = Compatible(f"{told['upstream']}#{told['models'][0]}", told.get("key"))
    gateway = Gateway(upstream, calls, terms=terms)
    gateway.start()
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    port = listener.getsockname()[1]
    gateway.admit(Admission(tried.id, 1, TOKEN, models=tuple(told["models"])), listener)
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    threading.Event().wait()


if __name__ == "__main__":
    main()
