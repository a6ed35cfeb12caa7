"""Every setting of a run, a field each. A lineage never reads these from its own tree.

The options of the command line, environment variables, keys of heirloom.toml, `heirloom config` and the stamps of a
generation are all made from these fields.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationInfo, field_validator

from controller.contract import GENOME, GENOME_TOKENS
from controller.settings.amounts import MOST, WORDS, Amount
from controller.settings.field import EVERY_LINEAGE, About, names, setting
from controller.settings.gate_policy import DEFAULTS, GatePolicy
from controller.settings.limit import Limit
from controller.settings.model_facts import Rate, Stated
from controller.settings.retention import Retention

RUN = ("run",)
COMPARING = ("ground compare",)
LIVING = ("run", "instruct", *COMPARING)
ISOLATED = ("run", "instruct", "gate", "adopt", "check", "add", *COMPARING)


class Settings(BaseModel):
    """What an operator decides."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    branch: str = setting(
        "lineage/main",
        "the lineage: its branch in this repository",
        About(commands=(EVERY_LINEAGE,), help="The lineage (its branch)."),
        min_length=1,
    )
    generations: int = setting(3, "how many generations to live", About(commands=RUN, stamped=False), gt=0, le=MOST)
    model: str = setting(
        "embedded",
        "{upstreams}",
        About(commands=(*LIVING, "doctor"), help="{upstream_forms}."),
    )
    prices: dict[str, Rate] = setting(
        {},
        'what a model costs, over the table: [prices."ID"] in heirloom.toml, dollars per million tokens',
        About(variable=False),
    )
    models: dict[str, Stated] = setting(
        {},
        'what a model is, where its provider does not tell: [models."ID"] in heirloom.toml',
        About(variable=False),
    )
    goal: Annotated[str, StringConstraints(strip_whitespace=True)] = setting(
        "",
        "what the lineage is to work on; empty: each life chooses",
        About(commands=RUN, help="What the lineage is to work on."),
        max_length=200,
    )
    select: str = setting(
        "latest",
        "how the generation is chosen that the next life descends from: {strategies}",
        About(commands=RUN, help="How the parent of each life is chosen: {strategies}."),
    )
    seed: int = setting(0, "what the embedded upstream draws from", About(commands=RUN), ge=0)
    budget: Amount | None = setting(
        None,
        f"what the whole run may use: {WORDS}",
        About(commands=LIVING, help="What the whole run may use: 500k or 2Mtok, 5usd, or both: 2Mtok,5usd."),
    )
    per_life: Amount | None = setting(
        None, "what one life may use, in the same words", About(commands=(*RUN, *COMPARING))
    )
    per_day: Amount | None = setting(
        None,
        "what all runs here may use in one day (UTC); then a run waits",
        About(commands=RUN, help="What all runs here may use in one day (UTC).", stamped=False),
    )
    per_minute: Amount | None = setting(None, "what may be used in any 60 seconds; then a call waits")
    per_call: Amount | None = setting(None, "what one call may use")
    calls: int | None = setting(
        None,
        "calls to the model that the whole run may make",
        About(commands=RUN, help="Calls that the whole run may make."),
        gt=0,
        le=MOST,
    )
    calls_per_life: int | None = setting(None, "calls to the model that one life may make", gt=0, le=MOST)
    calls_at_once: int = setting(64, "calls of one life that may be open at once", gt=0, le=1000)
    minutes_per_life: float = setting(30, "wall clock of one life", About("minutes", commands=RUN), gt=0, le=10_000)
    memory_mb: int = setting(2048, "resident memory of a life's whole process tree", About("MiB"), ge=64)
    output_mb: int = setting(16, "what a life may write to its standard output", About("MiB"), gt=0)
    cpu_minutes_per_life: float = setting(120, "processor time of a life", About("minutes"), gt=0, le=10_000)
    processes: int = setting(512, "processes and threads of a life at once", ge=16, le=100_000)
    folder_mb: int = setting(2048, "what a life's folder may hold on disk", About("MiB"), gt=0, le=10**6)
    entries: int = setting(200_000, "files and folders that a life's folder may hold", ge=1000, le=10**7)
    patience: float = setting(
        300,
        "how long a call may wait for a fault of the provider to pass",
        About("seconds", stamped=False),
        ge=0,
        le=500,
    )
    gate_asks: int = setting(3, "how often a life may ask the gates before it hands off", ge=0, le=100)
    exit_on_pause: bool = setting(
        False,
        "stop with exit code 3 where the run would wait for the provider to answer again",
        About(commands=RUN, help="Exit 3 where the run would wait for the provider.", changeable=True),
    )
    stop_deaths: int = setting(
        10,
        "lives in a row that die or are refused, before the run pauses; 0: any",
        About(changeable=True),
        ge=0,
        le=MOST,
    )
    stop_same_goal: int = setting(
        0,
        "lives in a row with one goal, none evolved, before it pauses; 0: any",
        About(changeable=True),
        ge=0,
        le=MOST,
    )
    stop_barren: int = setting(
        12,
        "lives in a row that do not evolve, before the run pauses; 0: any",
        About(changeable=True),
        ge=0,
        le=MOST,
    )
    stop_barren_tokens: int = setting(
        0,
        "what such lives may use together, before it pauses; 0: any",
        About("tokens", changeable=True),
        ge=0,
        le=MOST,
    )
    stop_barren_usd: float = setting(
        0,
        "what such lives may cost together, before it pauses; 0: any",
        About("dollars", changeable=True),
        ge=0,
        le=MOST,
    )
    stop_seconds: float = setting(
        60,
        "how long a life may still take after SIGTERM, before it is ended",
        About("seconds", changeable=True),
        ge=0,
        le=MOST,
    )
    no_ground: bool = setting(
        False,
        "do not compare the newest generation with the first at the end of a run",
        About(commands=RUN, stamped=False, changeable=True),
    )
    isolation: str = setting("auto", "how a life is isolated: {levels}", About(commands=ISOLATED, help="{levels}."))
    backup_minutes: float = setting(
        60, "time between two copies of the ledger", About("minutes", stamped=False), ge=0, le=MOST
    )
    keep_lives: int = setting(
        0, "folders of the last lives that are kept, to look into", About(changeable=True), ge=0, le=1000
    )
    on_event: str = setting(
        "",
        "a command that gets one JSON event on its input: pauses, 50, 80, 100 % of a budget, the end",
        About(changeable=True),
    )
    push: str = setting(
        "",
        "a git remote to push lineage and attempts to, after each generation",
        About(commands=RUN, help="A git remote to push to after each generation.", changeable=True),
    )
    retention: str = setting(
        "2 GB",
        "which recordings keep their text: all, or the last `50 lives`, `30 days`, `2 GB`",
        About(changeable=True),
    )
    gates: GatePolicy = setting(DEFAULTS, "the table [gates] of heirloom.toml: docs/gates.md", About(variable=False))
    genome_tokens: int = setting(
        GENOME_TOKENS,
        "code that agent/ may hold; comments, docstrings, layout and the length of names cost nothing",
        About("code tokens"),
        ge=1000,
        le=MOST,
    )
    genome: tuple[str, ...] = setting(GENOME, "paths that a generation may change", About(variable=False), min_length=1)

    @field_validator("retention")
    @classmethod
    def _bounds(cls, value: str) -> str:
        """What is no bound is refused here."""
        Retention.parse(value)
        return value

    @field_validator("isolation", "select")
    @classmethod
    def _known(cls, value: str, info: ValidationInfo) -> str:
        """What is no row of its registry is refused here, where `load` was given the names."""
        kind = {"isolation": "level", "select": "strategy"}[str(info.field_name)]
        known = (info.context or {}).get("names", {}).get(info.field_name)
        if known and value not in known:
            raise ValueError(f"there is no {kind} {value!r}; choose one of {', '.join(known)}")
        return value

    @property
    def limits(self) -> dict[str, Limit]:
        """What is limited beside the whole run, by scope."""
        amounts = {"call": self.per_call, "life": self.per_life, "day": self.per_day, "minute": self.per_minute}
        limits = {}
        for scope, amount in amounts.items():
            if amount is not None:
                limits[scope] = Limit(amount.tokens, amount.dollars)
        if self.calls_per_life is not None:
            limits["life"] = replace(limits.get("life", Limit()), calls=self.calls_per_life)
        return limits

    @property
    def in_dollars(self) -> bool:
        """Whether anything is limited in dollars."""
        amounts = (self.budget, self.per_life, self.per_day, self.per_minute, self.per_call)
        return any(amount is not None and amount.dollars is not None for amount in amounts)

    def lasting(self) -> dict[str, Any]:
        """The settings that a run which is gone on with must have begun with, as JSON data."""
        return self.model_dump(mode="json", exclude=names(type(self), changeable=True))

    def goes_on_with(self, begun: Mapping[str, Any]) -> bool:
        """Whether a run that began with these settings, as `lasting` gave them, can be gone on with.

        A setting that was not known then had the value that is its default now.
        """
        then = type(self)().lasting()
        for name, value in begun.items():
            default = then.get(name)
            if isinstance(default, dict) and isinstance(value, dict):
                value = {**default, **value}
            then[name] = value
        return then == self.lasting()

    def stamped(self) -> str:
        """The settings that are part of what a life is, as JSON: equal settings give equal text."""
        loose = names(type(self), changeable=True) | names(type(self), stamped=False)
        return self.model_dump_json(exclude=loose)
