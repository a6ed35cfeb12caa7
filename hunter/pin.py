"""The test that is handed over: read as if a person had written it."""

import itertools
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from textwrap import wrap

from . import wording
from .calling import Outcome
from .recorder import Arguments
from .source import Function

LINE = 120
INDENT = "    "
FOLDER = "tests/agent/pinned"


def path(function: Function, number: int = 1) -> str:
    """Where a pin of a function lies, each in a file of its own."""
    after = f"_{number}" if number > 1 else ""
    return f"{FOLDER}/test_{'_'.join(function.module.split('.')[1:])}_{function.name}{after}.py"


def next_number(root: Path, function: Function) -> int:
    """The number of the next pin of a function."""
    return next(number for number in itertools.count(1) if not (root / path(function, number)).exists())


def test(function: Function, arguments: Arguments, outcome: Outcome, why: str) -> str:
    """The file's text. `why`: the change that no other test notices."""
    values = {name: one.value() for name, one in arguments.items()}
    called = call(function.name, arguments)
    lines = [
        f'"""Behaviour of {function.module} that the other tests leave open."""',
        "",
        *imports(function, arguments, outcome),
        "",
        "",
        "@pytest.mark.characterization",
        f"def {wording.name(function.name, values, outcome)}() -> None:",
        *wrap(
            f"No other test notices when {why}.", LINE, initial_indent=f"{INDENT}# ", subsequent_indent=f"{INDENT}# "
        ),
        *(raising(called, outcome) if outcome.kind == "raise" else asserting(called, outcome)),
    ]
    return "\n".join(lines) + "\n"


def imports(function: Function, arguments: Arguments, outcome: Outcome) -> list[str]:
    """Standard library, pytest, then our own, each sorted."""
    needed: dict[str, set[str]] = defaultdict(set)
    needed[function.module].add(function.name)
    for expression in (outcome.expression, *arguments.values()):
        for module, name in expression.imports:
            needed[module].add(name)
    if outcome.module.startswith("agent."):
        needed[outcome.module].add(outcome.type)
    first, own = from_lines(needed, {"pathlib"}), from_lines(needed, needed.keys() - {"pathlib"})
    return [*([*first, ""] if first else []), "import pytest", "", *own]


def from_lines(needed: dict[str, set[str]], modules: Iterable[str]) -> list[str]:
    """`from a import B, c`, sorted as ruff sorts."""
    kept = sorted(set(modules) & needed.keys())
    return [f"from {module} import {', '.join(sorted(needed[module], key=order))}" for module in kept]


def order(name: str) -> tuple[int, str]:
    """Constants, then classes, then the rest."""
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2, name)


def call(name: str, arguments: Arguments) -> str:
    """The call on one line."""
    return f"{name}({', '.join(f'{key}={one.text}' for key, one in arguments.items())})"


def asserting(called: str, outcome: Outcome) -> list[str]:
    """Lines that state a value."""
    expected = outcome.expression.text
    between = "is" if expected in ("None", "True", "False") else "=="
    line = f"{INDENT}assert {called} {between} {expected}"
    if len(line) <= LINE:
        return [line]
    return [f"{INDENT}found = {called}", f"{INDENT}assert found {between} {expected}"]


def raising(called: str, outcome: Outcome) -> list[str]:
    """Lines that state a refusal and its words."""
    return [
        f"{INDENT}with pytest.raises({outcome.type}) as refusal:",
        f"{INDENT * 2}{called}",
        f"{INDENT}assert str(refusal.value) == {outcome.expression.text}",
    ]
