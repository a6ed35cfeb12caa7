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
    """What `settings.load` was told of the gates; nothing where a policy is made in code."""
    gates: Mapping[str, str] = (info.context or {}).get("gates") or {}
    return gates


def may_be_off(name: str, info: ValidationInfo) -> str:
    """A gate that can be switched off. The gates lie above the settings: they are told, and look once more."""
    gates = gates_of(info)
    if gates and (problem := problem_of_off(name, gates)):
        raise ValueError(problem)
    return name


def ordered(band: tuple[int, int]) -> tuple[int, int]:
    """A band whose first bound is not above its second."""
    if band[0] > band[1]:
        raise ValueError("the first bound (told) may not be above the second (refused)")
    return band


Off = Annotated[str, AfterValidator(may_be_off)]
Band = Annotated[tuple[Count, Count], AfterValidator(ordered)]
Times = Annotated[float, Field(ge=1, le=1000)]


class Table(BaseModel):
    """A frozen table that refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class OperatorCommand(Table):
    """A gate of the operator's: a shell command, run in the exported tree of the candidate, isolated as any gate is.

    Exit 0 passes, any other refuses, too long refuses. `private`: a life that asks is not told of it, and what it
    prints stays in the ledger, out of the lineage.
    """

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,30}$")]
    command: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
    seconds: float = Field(60, gt=0, le=3600)
    private: bool = False


class Policy(Table):
    """What the operator may set of the gates; bytes, seconds and counts."""

    off: tuple[Off, ...] = Field((), description="gates that are not asked; said at every start, stamped in Config")
    seconds: float = Field(300, gt=0, le=3600, description="wall clock of one program that a gate runs")
    files: int = Field(500, gt=0, le=100_000, description="shape: paths that one life may change")
    file_bytes: int = Field(512 * KIB, gt=0, le=512 * KIB, description="shape: bytes of one changed file")
    change_bytes: int = Field(2048 * KIB, gt=0, le=2**30, description="shape: bytes of all changed files")
    debt: Count = Field(1, description="substance, tests: stubs, TODOs, swallowed or flaky things that a life may add")
    size_band: Band = Field((6 * KIB, 18 * KIB), description="substance: growth of agent/ that is told, and refused")
    tests_band: Band = Field((12 * KIB, 36 * KIB), description="substance: the same of tests/agent/")
    chances: int = Field(2, gt=0, le=100, description="substance: parents on which the same change may be refused")
    faults: int = Field(5, gt=0, le=100, description="tests: planted faults that a suite may miss before it is blind")
    changed_faults: Count = Field(3, description="tests: changed functions that are broken, to be noticed each")
    calls_band: tuple[Times, Count] = Field(
        (1.5, 3), description="reproduction: calls of a life, so many times its parent's and so many more"
    )
    request_band: tuple[Times, Count] = Field(
        (1.25, 8 * KIB), description="reproduction: bytes of a life's first request, in the same way"
    )
    commands: tuple[OperatorCommand, ...] = Field(
        (), description="[[gates.commands]]: gates of your own, asked last, in order"
    )

    @model_validator(mode="after")
    def _names(self, info: ValidationInfo) -> Self:
        """Each gate has a name of its own."""
        seen = list(gates_of(info))
        for one in self.commands:
            if one.name in seen:
                raise ValueError(f"commands: two gates are called {one.name!r}; give each a name of its own")
            seen.append(one.name)
        return self


DEFAULTS = Policy()


def weakened(policy: Policy) -> str:
    """What is said at every start where gates are switched off, else nothing."""
    names = ", ".join(dict.fromkeys(policy.off))
    return f"gates switched off in heirloom.toml: {names}; what they refuse gets through" if names else ""
