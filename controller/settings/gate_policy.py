"""The operator's policy: which gates are asked, how far each goes, and gates of the operator's own. Pure.

The table [gates] of heirloom.toml in the operator's checkout; a lineage's own copy is never read.
"""

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    model_validator,
)

from controller.settings.field import About, setting

Count = Annotated[int, Field(ge=0, le=10**9)]
KIB = 1024


def problem_of_off(name: str, gates: Mapping[str, str]) -> str:
    """Why a gate cannot be switched off; "" where it can. `gates`: each gate's own reason against it, by its name."""
    if name not in gates:
        may_be_off = (known for known, reason in gates.items() if not reason)
        return f"there is no gate {name!r}; those that can be switched off: {', '.join(may_be_off)}"
    if gates[name]:
        return f"{name} cannot be switched off: {gates[name]}"
    return ""


def gates_of(info: ValidationInfo) -> Mapping[str, str]:
    """What `load` was given about the gates; nothing where a policy is made in code."""
    context = info.context or {}
    gates: Mapping[str, str] | None = context.get("gates")
    return gates or {}


def may_be_off(name: str, info: ValidationInfo) -> str:
    """A gate that can be switched off. Whoever asks the gates checks it once more."""
    gates = gates_of(info)
    if gates and (problem := problem_of_off(name, gates)):
        raise ValueError(problem)
    return name


def ordered(band: tuple[int, int]) -> tuple[int, int]:
    """A band whose first bound is not above its second."""
    if band[0] > band[1]:
        raise ValueError("the first bound (mentioned) may not be above the second (refused)")
    return band


Off = Annotated[str, AfterValidator(may_be_off)]
Band = Annotated[tuple[Count, Count], AfterValidator(ordered)]
Times = Annotated[float, Field(ge=1, le=1000)]


class Table(BaseModel):
    """A frozen table that refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class OperatorCommand(Table):
    """A gate of the operator's: a shell command, run in the exported tree of the candidate, isolated as any gate is.

    Exit 0 passes, any other refuses, too long refuses. `private`: a life that asks does not hear of it, and what
    it prints stays in the ledger, out of the lineage.
    """

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,30}$")]
    command: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
    seconds: float = Field(60, gt=0, le=3600)
    private: bool = False


class GatePolicy(Table):
    """What the operator may set of the gates; bytes, seconds and counts."""

    off: tuple[Off, ...] = setting((), "gates that are not asked; said at every start, stamped in Config")
    seconds: float = setting(300, "wall clock of one program that a gate runs", About("seconds"), gt=0, le=3600)
    files: int = setting(500, "shape: paths that one life may change", gt=0, le=100_000)
    file_bytes: int = setting(512 * KIB, "shape: size of one changed file", About("bytes"), gt=0, le=512 * KIB)
    change_bytes: int = setting(2048 * KIB, "shape: size of all changed files", About("bytes"), gt=0, le=2**30)
    debt: Count = setting(1, "substance, tests: stubs, TODOs, swallowed or flaky things that a life may add")
    size_band: Band = setting(
        (6 * KIB, 18 * KIB), "substance: growth of agent/ that is mentioned, and refused", About("bytes")
    )
    tests_band: Band = setting((12 * KIB, 36 * KIB), "substance: the same of tests/agent/", About("bytes"))
    chances: int = setting(2, "substance: parents on which the same change may be refused", gt=0, le=100)
    faults: int = setting(5, "tests: planted faults that a suite may miss before it is blind", gt=0, le=100)
    changed_faults: int = setting(3, "tests: faults planted in each function that a life changed", ge=0, le=20)
    calls_band: tuple[Times, Count] = setting(
        (1.5, 3), "reproduction: calls of a life, so many times its parent's and so many more"
    )
    request_band: tuple[Times, Count] = setting(
        (1.25, 8 * KIB), "reproduction: bytes of a life's first request, in the same way"
    )
    commands: tuple[OperatorCommand, ...] = setting((), "[[gates.commands]]: gates of your own, asked last, in order")

    @model_validator(mode="after")
    def _names(self, info: ValidationInfo) -> Self:
        """Each gate has a name of its own."""
        seen = list(gates_of(info))
        for command in self.commands:
            if command.name in seen:
                raise ValueError(f"commands: two gates are called {command.name!r}; give each a name of its own")
            seen.append(command.name)
        return self


DEFAULTS = GatePolicy()


def weakened(policy: GatePolicy) -> str:
    """What is said at every start where gates are switched off, else nothing."""
    if not policy.off:
        return ""
    names = ", ".join(dict.fromkeys(policy.off))
    return f"gates switched off in heirloom.toml: {names}; what they refuse gets through"
