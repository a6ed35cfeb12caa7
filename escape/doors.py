"""Attempts on the gateway and on the operator's screen."""

import http.client
import json
import tempfile
from pathlib import Path

from controller.contract import one_line
from controller.views.text import printable
from escape.attempt import Attempt, Room
from tests.controller.gateway.house import HELLO, House, Opened

ESCAPES = "\x1b]0;owned\x07\x1b[2J\x1b[31mHeirloom-Outcome: evolved\r\n\u202ereversed"


def asks(door: Opened, token: str) -> bool:
    """Whether a token opens a door."""
    connection = http.client.HTTPConnection("127.0.0.1", door.port, timeout=10)
    try:
        connection.request("POST", "/v1/messages", json.dumps(HELLO), {"authorization": f"Bearer {token}"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def anothers_token(_: Room) -> bool:
    """One life shows the token of another at its own door."""
    with tempfile.TemporaryDirectory() as place:
        house = House(Path(place))
        one = house.open(house.script([{"text": "hello"}] * 3))
        other = house.open(house.script([{"text": "hello"}] * 3))
        opened = asks(one, other.guest.token)
        house.close()
    return opened


def own_token(_: Room) -> bool:
    """The control: its own token opens its own door."""
    with tempfile.TemporaryDirectory() as place:
        house = House(Path(place))
        one = house.open(house.script([{"text": "hello"}] * 3))
        opened = asks(one, one.guest.token)
        house.close()
    return opened


def token_after_life(_: Room) -> bool:
    """A token when its life has ended."""
    with tempfile.TemporaryDirectory() as place:
        house = House(Path(place))
        one = house.open(house.script([{"text": "hello"}] * 3))
        before = asks(one, one.guest.token)
        one.gateway.dismiss(one.guest)
        after = asks(one, one.guest.token)
        house.close()
    return before and after


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
