"""The test that is handed over: read as if a person had written it."""

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
    number = 1
    while (root / path(function, number)).exists():
        number += 1
    return number


def test(function: Function, arguments: Arguments, outcome: Outcome, why: str) -> str:
    """The file's text. `why`: the change that no other test notices."""
    called = call(function.name, arguments)
    comment = f"{INDENT}# "
    lines = [
        f'"""Behaviour of {function.module} that the other tests leave open."""',
        "",
        *imports(function, arguments, outcome),
        "",
        "",
        "@pytest.mark.characterization",
        f"def {wording.name(function.name, outcome)}() -> None:",
        *wrap(f"No other test notices when {why}.", LINE, initial_indent=comment, subsequent_indent=comment),
    ]
    if outcome.kind == "raise":
        lines += raising(called, outcome)
    else:
        lines += asserting(called, outcome)
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
    lines = from_lines(needed, {"pathlib"})
    if lines:
        lines.append("")
    return [*lines, "import pytest", "", *from_lines(needed, needed.keys() - {"pathlib"})]


def from_lines(needed: dict[str, set[str]], modules: Iterable[str]) -> list[str]:
    """`from a import B, c`, sorted as ruff sorts."""
    kept = sorted(set(modules) & needed.keys())
    return [f"from {module} import {', '.join(sorted(needed[module], key=order))}" for module in kept]


def order(name: str) -> tuple[int, str]:
    """Constants, then classes, then the rest."""
    if name.isupper():
        return (0, name)
    if name[:1].isupper():
        return (1, name)
    return (2, name)


def call(name: str, arguments: Arguments) -> str:
    """The call on one line."""
    given = ", ".join(f"{key}={one.text}" for key, one in arguments.items())
    return f"{name}({given})"


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
