"""Each kind of event as a sentence for a person. Pure.

To add a kind: a function that takes it and returns its sentence, decorated with `says`.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from controller.contract import Outcome, one_line
from controller.events.kinds import (
    Aborted,
    BudgetMark,
    CallContinued,
    CallWaiting,
    Champion,
    Cloning,
    Done,
    Event,
    Fetching,
    GateAnswered,
    Judging,
    Living,
    Measured,
    Measuring,
    Recording,
    RolledBack,
    RunAsked,
    RunContinued,
    RunEnded,
    RunPaused,
    RunResumed,
    RunStarted,
    RunWaiting,
    TokensAssumed,
    TryEvent,
    Warned,
    Working,
)

KIND = TypeVar("KIND", bound=Event)
SAYS_CHARS = 160  # of what a life says of itself
REASON_CHARS = 300
SENTENCES: dict[type[Event], Callable[[Any], str]] = {}
DOING: dict[type[Event], str] = {  # what a try does from this event on
    Cloning: "making the workspace",
    Living: "living",
    CallContinued: "living",
    Fetching: "fetching what it pushed",
    Judging: "judging",
    Recording: "recording",
}


def says(kind: type[KIND]) -> Callable[[Callable[[KIND], str]], Callable[[KIND], str]]:
    """Registers a function as the sentence of a kind of event."""

    def register(function: Callable[[KIND], str]) -> Callable[[KIND], str]:
        SENTENCES[kind] = function
        return function

    return register


def sentence(event: Event) -> str:
    """The event as one line of text, in which whatever a model wrote stands as it is: the caller escapes it."""
    made = SENTENCES.get(type(event))
    if made is not None:
        return made(event)
    if type(event) in DOING and isinstance(event, TryEvent):
        return f"{try_of(event)}: {DOING[type(event)]}"
    words = [f"{key} {value}" for key, value in event.as_json().items() if key != "event"]
    return f"{event.name}: {', '.join(words)}"


def try_of(event: TryEvent) -> str:
    """Which try at which generation; the first goes without its number."""
    if event.number > 1:
        return f"generation {event.generation}, try {event.number}"
    return f"generation {event.generation}"


def duration(seconds: float) -> str:
    """Seconds as a person reads them: 8 s, 3:05, 1:02:03."""
    whole = max(int(seconds), 0)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minutes:02}:{rest:02}"
    return f"{minutes}:{rest:02}"


def compact(number: int) -> str:
    """A count in few characters: 812, 31k, 1.4M."""
    if number < 10_000:
        return f"{number:,}"
    if number < 1_000_000:
        return f"{number // 1000}k"
    return f"{number / 1e6:.1f}M"


@says(Warned)
def warned(event: Warned) -> str:
    """A warning."""
    return f"warning: {event.text}"


@says(RunStarted)
def run_started(event: RunStarted) -> str:
    """The run, before its first life."""
    which = f"generations {event.first} to {event.until}"
    return f"run {event.run}: {which} on {event.branch}, model {event.model}"


@says(RunResumed)
def run_resumed(event: RunResumed) -> str:
    """The run of a controller that ended."""
    return f"run {event.run}: gone on with, up to generation {event.until}"


@says(RunAsked)
def run_asked(event: RunAsked) -> str:
    """What comes after this life."""
    return f"run {event.run}: {event.what} asked for; it comes when this life has ended"


@says(RunEnded)
def run_ended(event: RunEnded) -> str:
    """The last line."""
    return f"run {event.run}: {event.reason}; {event.tokens:,} tokens in all"


@says(Measuring)
def measuring(event: Measuring) -> str:
    """What is done after the last life."""
    which = f"generation {event.generation} with generation {event.against}"
    return f"comparing {which} on {event.mutants} held-out mutants"


@says(Champion)
def champion(event: Champion) -> str:
    """Evidence is for another generation."""
    gained = f"{event.gained} mutants gained, {event.lost} lost"
    return f"{event.generation:4}  champion: better than the one before on fresh mutants ({gained})"


@says(Measured)
def measured(event: Measured) -> str:
    """Whether anything became better."""
    which = f"generation {event.generation} against generation {event.against}"
    if event.is_same:
        return f"{which}: the same code and tests, nothing became better"
    verdicts = {"better": "better", "worse": "not better"}
    found = f"{event.gained} held-out mutants gained, {event.lost} lost, evidence {event.evidence}"
    return f"{which}: {found}: {verdicts.get(event.verdict, 'not shown to be better')}"


@says(RunWaiting)
def run_waiting(event: RunWaiting) -> str:
    """A wait for the world."""
    return f"waiting({event.kind}): {event.reason}; looked at again in {event.seconds:.0f} s"


@says(RunPaused)
def run_paused(event: RunPaused) -> str:
    """A pause that a person ends."""
    return f"paused({event.kind}): {event.reason}; no life is lived until `heirloom resume`"


@says(RunContinued)
def run_continued(event: RunContinued) -> str:
    """The end of a pause or a wait."""
    return f"run {event.run}: going on"


@says(BudgetMark)
def budget_mark(event: BudgetMark) -> str:
    """A share of a budget."""
    whose = "the run's budget" if event.scope == "run" else f"the {event.scope}'s budget"
    return f"{event.percent} % of {whose} is used ({event.share:.1%})"


@says(RolledBack)
def rolled_back(event: RolledBack) -> str:
    """A rollback."""
    which = f"{event.generation:>4}  rolled back to the genome of generation {event.to}"
    return f"{which}, by commit {event.commit[:12]}; nothing was erased"


@says(Working)
def working(event: Working) -> str:
    """What the life does now."""
    numbers = f"{event.calls:,} calls, {event.tokens:,} tokens"
    return f"{try_of(event)}: living, {numbers}, {event.doing or 'no tool called'}"


@says(GateAnswered)
def gate_answered(event: GateAnswered) -> str:
    """What a gate answered, and how long that took."""
    took = f"{event.seconds:.1f} s"
    if event.reused:
        took += " when it was asked before"
    return f"{try_of(event)}: gate {event.gate}: {event.result}, {took}"


@says(CallWaiting)
def call_waiting(event: CallWaiting) -> str:
    """A call that waits."""
    again = f"asked again in {event.seconds:.0f} s, given up in {event.left:.0f} s"
    return f"{try_of(event)}: {event.reason}; {again}"


@says(Done)
def done(event: Done) -> str:
    """A generation's line."""
    text = one_line(event.says, SAYS_CHARS)
    if event.reason and Outcome.parse(event.outcome).kind.death:
        text = one_line(event.reason, SAYS_CHARS)
    numbers = f"{duration(event.wall_seconds or event.seconds):>7} {event.tokens:>9,} tokens"
    return f"{event.generation:>4}  {event.outcome:<16} {numbers}  {text}".rstrip()


@says(TokensAssumed)
def tokens_assumed(event: TokensAssumed) -> str:
    """What no provider told."""
    which = f"{event.generation:>4}  {event.tokens:,} tokens are assumed"
    return f"{which}: the provider did not tell what calls used, so what was set aside for them is booked"


@says(Aborted)
def aborted(event: Aborted) -> str:
    """A try that made no generation."""
    return f"{event.generation:>4}  aborted: {one_line(event.reason, REASON_CHARS)}; the generation is lived again"
