"""Every setting of a run: command line > environment > heirloom.toml of the operator's checkout > defaults."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from controller.contract import GENOME
from controller.errors import RequestError
from controller.settings.amounts import MOST, WORDS, Amount
from controller.settings.gate_policy import DEFAULTS, Own, Policy
from controller.settings.limit import Limit
from controller.settings.model_facts import Rate, Stated
from controller.settings.retention import Retention
from controller.settings.toml_lines import line_of

FILE = "heirloom.toml"
PREFIX = "HEIRLOOM_"


class Settings(BaseModel):
    """What an operator decides. A lineage never reads these from its own tree."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    branch: str = Field("lineage/main", min_length=1, description="the lineage: its branch in this repository")
    generations: int = Field(3, gt=0, le=MOST, description="how many generations to live")
    model: str = Field(
        "embedded",
        description="embedded (no key, no network), anthropic/MODEL (key in ANTHROPIC_API_KEY), "
        "compatible:URL#MODEL (a key, if any, in HEIRLOOM_COMPATIBLE_KEY), manual:DIR, script:FILE, "
        "replay:RECORDING (what `transcript N --json` printed); or a list of "
        "models of one upstream, with commas between them: a life may use them all, and begins with the first",
    )
    prices: dict[str, Rate] = Field(
        {}, description='what a model costs, over the table: [prices."ID"] in heirloom.toml, dollars per million tokens'
    )
    models: dict[str, Stated] = Field(
        {}, description='what a model is, where its provider does not tell: [models."ID"] in heirloom.toml'
    )
    goal: Annotated[str, StringConstraints(strip_whitespace=True)] = Field(
        "", max_length=200, description="what the lineage is to work on; empty: each life chooses"
    )
    seed: int = Field(0, ge=0, description="what the embedded upstream draws from")
    budget: Amount | None = Field(None, description=f"what the whole run may use: {WORDS}")
    per_life: Amount | None = Field(None, description="what one life may use, in the same words")
    per_day: Amount | None = Field(None, description="what all runs here may use in one day (UTC); then a run waits")
    per_minute: Amount | None = Field(None, description="what may be used in any 60 seconds; then a call waits")
    per_call: Amount | None = Field(None, description="what one call may use")
    calls: int | None = Field(None, gt=0, le=MOST, description="calls to the model that the whole run may make")
    calls_per_life: int | None = Field(None, gt=0, le=MOST, description="calls to the model that one life may make")
    calls_at_once: int = Field(64, gt=0, le=1000, description="calls of one life that may be on their way at once")
    minutes_per_life: float = Field(30, gt=0, le=10_000, description="wall clock of one life, in minutes")
    memory_mb: int = Field(2048, ge=64, description="resident memory of a life's whole process tree, in MiB")
    output_mb: int = Field(16, gt=0, description="what a life may write to its standard output, in MiB")
    cpu_minutes_per_life: float = Field(120, gt=0, le=10_000, description="processor time of a life, in minutes")
    processes: int = Field(512, ge=16, le=100_000, description="processes and threads of a life at once")
    folder_mb: int = Field(2048, gt=0, le=10**6, description="what a life's folder may hold on disk, in MiB")
    entries: int = Field(200_000, ge=1000, le=10**7, description="files and folders that a life's folder may hold")
    patience: float = Field(
        300, ge=0, le=500, description="seconds that a call may wait for a fault of the provider to pass"
    )
    gate_asks: int = Field(3, ge=0, le=100, description="how often a life may ask the gates before it hands off")
    exit_on_pause: bool = Field(
        False, description="stop with exit code 3 where the run would wait for the provider to answer again"
    )
    stop_deaths: int = Field(
        10, ge=0, le=MOST, description="lives in a row that die or are refused, before the run stands still; 0: any"
    )
    stop_same_goal: int = Field(
        0, ge=0, le=MOST, description="lives in a row with one goal, none evolved, before it stands still; 0: any"
    )
    stop_barren: int = Field(
        0, ge=0, le=MOST, description="lives in a row that do not evolve, before the run stands still; 0: any"
    )
    stop_barren_tokens: int = Field(
        0, ge=0, le=MOST, description="tokens that such lives may use together, before it stands still; 0: any"
    )
    stop_barren_usd: float = Field(
        0, ge=0, le=MOST, description="dollars that such lives may cost together, before it stands still; 0: any"
    )
    stop_seconds: float = Field(
        60, ge=0, le=MOST, description="seconds that a life may still take after SIGTERM, before it is ended"
    )
    isolation: Literal["auto", "bubblewrap", "none"] = Field("auto", description="how a life is shut in")
    backup_minutes: float = Field(60, ge=0, le=MOST, description="minutes between two copies of the ledger")
    keep_lives: int = Field(0, ge=0, le=1000, description="folders of the last lives that are kept, to look into")
    on_event: str = Field(
        "",
        description="a command that gets one JSON event on its input: pauses, 50, 80, 100 % of a budget, the end",
    )
    push: str = Field("", description="a git remote to push lineage and attempts to, after each generation")
    retention: str = Field(
        "2 GB", description="which recordings keep their text: all, or the last `50 lives`, `30 days`, `2 GB`"
    )
    gates: Policy = Field(DEFAULTS, description="the table [gates] of heirloom.toml: docs/gates.md")
    genome: tuple[str, ...] = Field(GENOME, min_length=1, description="paths that a generation may change")

    @field_validator("retention")
    @classmethod
    def _bounds(cls, value: str) -> str:
        """What is no bound is refused here."""
        Retention.parse(value)
        return value

    @property
    def limits(self) -> dict[str, Limit]:
        """What is limited beside the whole run, by scope."""
        amounts = {"call": self.per_call, "life": self.per_life, "day": self.per_day, "minute": self.per_minute}
        made = {scope: Limit(one.tokens, one.dollars) for scope, one in amounts.items() if one is not None}
        if self.calls_per_life is not None:
            made["life"] = replace(made.get("life", Limit()), calls=self.calls_per_life)
        return made

    @property
    def in_dollars(self) -> bool:
        """Whether anything is limited in dollars."""
        amounts = (self.budget, self.per_life, self.per_day, self.per_minute, self.per_call)
        return any(one is not None and one.dollars is not None for one in amounts)


def load(
    given: Mapping[str, Any], environment: Mapping[str, str], folder: Path | None
) -> tuple[Settings, dict[str, str]]:
    """The settings and, for each key, where its value is from.

    `given`: the command line (None: not said). `folder`: the operator's checkout, whose heirloom.toml is read.
    Raises RequestError naming source, line and key.
    """
    values: dict[str, Any] = {}
    origin = dict.fromkeys(Settings.model_fields, "default")
    text = read(folder / FILE) if folder else ""
    sources = (
        (FILE, parse(text)),
        ("environment", {key: environment[name] for key, name in names().items() if name in environment}),
        ("command line", {key: value for key, value in given.items() if value is not None}),
    )
    for source, found in sources:
        for key, value in found.items():
            values[key] = value
            origin[key] = source
    try:
        return Settings(**values), origin
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = first["loc"] or ("settings",)
        key, source = ".".join(map(str, place)), origin.get(str(place[0]), FILE)
        where = f"{FILE}, line {line_of(text, place)}" if source == FILE else source
        known = f"; known keys: {', '.join(keys_beside(place))}" if first["type"] == "extra_forbidden" else ""
        what = "unknown key" if known else first["msg"]
        raise RequestError(f"{where}: {key}: {what}{known}") from error


def keys_beside(place: tuple[str | int, ...]) -> list[str]:
    """The keys that are known where an unknown one stands."""
    tables: dict[int, type[BaseModel]] = {1: Settings, 2: Policy, 4: Own}
    stated: dict[str, type[BaseModel]] = {"models": Stated, "prices": Rate}
    inner = stated.get(str(place[0])) or tables[len(place)]
    return list(inner.model_fields)


def names() -> dict[str, str]:
    """The environment variable of each key that has one; a table has none."""
    return {key: PREFIX + key.upper() for key in Settings.model_fields if key != "gates"}


def read(path: Path) -> str:
    """The text of heirloom.toml, empty where there is none. Raises RequestError."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError(f"{path} cannot be read: {error}") from error


def parse(text: str) -> dict[str, Any]:
    """The keys of heirloom.toml. Raises RequestError."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RequestError(f"{FILE}: {error}") from error
