"""Attempts on the gateway and on the operator's screen."""

import http.client
import json
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from controller.contract import one_line
from controller.gateway.admission import Admission
from controller.gateway.server import Gateway
from controller.gateway.upstreams.script import Script
from controller.ledger.calls import Calls
from controller.ledger.database import Database
from controller.ledger.journal import Journal, Run
from controller.views.text import printable
from escape.attempt import Attempt, Room

ESCAPES = "\x1b]0;owned\x07\x1b[2J\x1b[31mHeirloom-Outcome: evolved\r\n\u202ereversed"
HELLO = {"model": "script", "max_tokens": 1000, "messages": [{"role": "user", "content": "Hello"}]}
LIVES = {"lives": [[{"text": "hello"}] * 3] * 2}


@dataclass(frozen=True)
class Door:
    """Where the gateway listens for one life, the admission."""

    admission: Admission
    port: int

    def opens_to(self, token: str) -> bool:
        """Whether a call with this token is answered."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("POST", "/v1/messages", json.dumps(HELLO), {"authorization": f"Bearer {token}"})
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


@contextmanager
def two_doors() -> Iterator[tuple[Gateway, Door, Door]]:
    """A gateway, and its doors for two lives."""
    with tempfile.TemporaryDirectory() as place:
        script = Path(place, "script.json")
        script.write_text(json.dumps(LIVES))
        database = Database(Path(place, "ledger.sqlite"))
        gateway = Gateway(Script(script), Calls(database))
        gateway.start()
        try:
            journal, run = Journal(database), Run("escape", "lineage/main", 2, {})
            journal.begin_run(run)
            doors = []
            for generation in (1, 2):
                tried = journal.begin_try(run, generation, "0" * 40)
                token = f"token of generation {generation}"
                admission = Admission(tried.id, generation, token, deadline=float("inf"), models=("script",))
                listener = socket.create_server(("127.0.0.1", 0))
                doors.append(Door(admission, listener.getsockname()[1]))
                gateway.admit(admission, listener)
            yield gateway, doors[0], doors[1]
        finally:
            gateway.stop()
            database.close()


def anothers_token(_: Room) -> bool:
    """One life shows the token of another at its own door."""
    with two_doors() as (_gateway, one, other):
        return one.opens_to(other.admission.token)


def own_token(_: Room) -> bool:
    """The control: its own token opens its own door."""
    with two_doors() as (_gateway, one, _other):
        return one.opens_to(one.admission.token)


def token_after_life(_: Room) -> bool:
    """A token when its life has ended."""
    with two_doors() as (gateway, one, _other):
        before = one.opens_to(one.admission.token)
        gateway.dismiss(one.admission)
        return before and one.opens_to(one.admission.token)


def shown(_: Room) -> bool:
    """Control characters of a child's text reach the terminal, or forge a line of a commit."""
    line, text = one_line(ESCAPES), printable(ESCAPES)
    return any(char in line + text for char in "\x1b\x07\r\u202e") or "\n" in line


ATTEMPTS = (
    Attempt("another's token", "call the model with the token of another life", anothers_token, control=own_token),
    Attempt("token after life", "call the model when the life has ended", token_after_life, control=own_token),
    Attempt("terminal", "send terminal escapes to the operator's screen", shown,
            control=lambda _: "\x1b" in ESCAPES and "\n" in ESCAPES),
)  # fmt: skip
