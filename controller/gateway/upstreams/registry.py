"""The upstreams that an operator may name in `--model`: a row each, and from its name to the upstream itself.

To add one: write its file, with a function `make(addresses, keys)`, and its row in `UPSTREAMS`. The setting's help,
`heirloom config`, the messages and the keys that are read from the environment all come from the row.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from controller.errors import RequestError
from controller.gateway.upstreams.upstream import LocalUpstream, RemoteUpstream

SEPARATORS = "[:/]"  # between an upstream's name and its address
Keys = Mapping[str, str | None]  # by the variable of the environment that holds it


class Make(Protocol):
    """What an upstream's file offers."""

    def __call__(self, addresses: Sequence[str], keys: Keys) -> LocalUpstream | RemoteUpstream:
        """The upstream of these addresses: what stands after its name, "" where nothing does. Raises RequestError."""


@dataclass(frozen=True)
class UpstreamRow:
    """One upstream. `forms`: how an operator may write it, with placeholders in capitals (`script:FILE`, `anthropic`).

    `module`: where its `make` lies, imported only where it is used. `key`: the variable of the environment that holds
    its key. `several`: whether a run may name more than one of its models, with commas between them.
    `follows_goals`: whether it works towards what an operator states.
    """

    forms: tuple[str, ...]
    help: str
    module: str
    key: str = ""
    several: bool = False
    follows_goals: bool = True

    @property
    def name(self) -> str:
        """What its forms begin with."""
        return scheme(self.forms[0])

    @property
    def takes_address(self) -> bool:
        """Whether something may stand after its name."""
        return any(form != self.name for form in self.forms)

    def address(self, text: str) -> str | None:
        """What stands after the name in `text`, "" where nothing does; None: it is in none of the forms."""
        for form in self.forms:
            if form == self.name:
                if text == form:
                    return ""
                continue
            separator = form[len(self.name)]
            name, _, address = text.partition(separator)
            if name == self.name and address:
                return address
        return None

    def make(self, addresses: Sequence[str], keys: Keys) -> LocalUpstream | RemoteUpstream:
        """The upstream itself. Raises RequestError."""
        make = cast(Make, import_module(self.module).make)
        return make(addresses, keys)


HERE = "controller.gateway.upstreams"
UPSTREAMS = (
    UpstreamRow(("embedded",), "no key, no network", f"{HERE}.embedded.upstream", follows_goals=False),
    UpstreamRow(("script:FILE",), "replies that stand in a file", f"{HERE}.script"),
    UpstreamRow(
        ("anthropic", "anthropic/MODEL"),
        "key in ANTHROPIC_API_KEY",
        f"{HERE}.anthropic",
        key="ANTHROPIC_API_KEY",
        several=True,
    ),
    UpstreamRow(
        ("compatible:URL#MODEL",),
        "a key, if any, in HEIRLOOM_COMPATIBLE_KEY",
        f"{HERE}.compatible",
        key="HEIRLOOM_COMPATIBLE_KEY",
        several=True,
    ),
    UpstreamRow(("manual:DIR",), "you answer, in files of a folder", f"{HERE}.manual"),
    UpstreamRow(("solver:P",), "knows the proving ground's solutions, solves with chance P", f"{HERE}.solver"),
    UpstreamRow(("replay:RECORDING",), "what `transcript N --json` printed", f"{HERE}.replay"),
)
LIST_HELP = (
    "or a list of models of one upstream, with commas between them: a life may use them all, and begins with the first"
)


def make(name: str, keys: Keys, rows: Sequence[UpstreamRow] = UPSTREAMS) -> LocalUpstream | RemoteUpstream:
    """The upstream of this name, or list of names. Raises RequestError."""
    names = names_in(name, rows)
    row = row_of(names[0], rows)
    if row is not None:
        addresses = []
        for one in names:
            address = row.address(one)
            if address is not None:
                addresses.append(address)
        if len(addresses) == len(names):
            return row.make(addresses, keys)
    raise RequestError(f"--model {name}: there is no such upstream; known: {upstream_forms(rows)}")


def row_of(name: str, rows: Sequence[UpstreamRow]) -> UpstreamRow | None:
    """The row whose name this begins with."""
    for row in rows:
        if row.name == scheme(name):
            return row
    return None


def check_goals(name: str, stated: str, rows: Sequence[UpstreamRow] = UPSTREAMS) -> None:
    """Raise RequestError where an upstream follows no goal and one is `stated`: how it was given, or ""."""
    row = row_of(name, rows)
    if not stated or row is None or row.follows_goals:
        return
    able = ", ".join(form for one in rows if one.follows_goals for form in one.forms)
    raise RequestError(
        f"{stated}: --model {row.name} follows no goal, it hunts for what the genome's tests do not notice; name "
        f"a model that does ({able}), or leave the goal out"
    )


def names_in(name: str, rows: Sequence[UpstreamRow] = UPSTREAMS) -> list[str]:
    """The names in a list, all of one upstream; a file's or folder's name may hold a comma. Raises RequestError."""
    names = [one.strip() for one in name.split(",")]
    first = row_of(names[0], rows)
    if first is not None and first.takes_address and not first.several:
        return [name]
    schemes = {scheme(one) for one in names}
    if not any(row.several and row.name in schemes for row in rows):
        return [name]
    if len(schemes) > 1:
        raise RequestError(f"--model {name}: the models of one run stand behind one upstream: {upstream_forms(rows)}")
    return names


def scheme(name: str) -> str:
    """What a name begins with, which says whose it is."""
    return re.split(SEPARATORS, name, maxsplit=1)[0]


def upstream_forms(rows: Sequence[UpstreamRow] = UPSTREAMS) -> str:
    """Every form that `--model` takes, in one line."""
    return ", ".join(form for row in rows for form in row.forms)


def upstream_help(rows: Sequence[UpstreamRow] = UPSTREAMS) -> str:
    """What the setting `model` may be, in one line: every form, with what it needs."""
    described = [f"{' or '.join(row.forms)} ({row.help})" for row in rows]
    return f"{', '.join(described)}; {LIST_HELP}"


def key_variables(rows: Sequence[UpstreamRow] = UPSTREAMS) -> tuple[str, ...]:
    """The variables of the environment that hold the upstreams' keys."""
    return tuple(row.key for row in rows if row.key)
