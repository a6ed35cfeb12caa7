"""What a run may still spend, and what of it the next life may have."""

from controller.contract import Limits
from controller.errors import StoppedEarly
from controller.generation.parts import Parts
from controller.ledger.journal import Run
from controller.ledger.life import Try
from controller.ledger.usage import Allowance
from controller.settings.amounts import NANO, dollars
from controller.settings.limit import Limit

LEAST_TOKENS = 1024  # a life that cannot have these is not begun
LEAST_NANODOLLARS = 1
CALL_SECONDS = 600.0  # that a child is told to wait for an answer


def check_run_budget(parts: Parts, run: Run, last: Try | None) -> None:
    """Raise StoppedEarly where the run's budget is broken, has nothing left, or refused a call of the last try."""
    tokens, nano = parts.calls.overbilled(run.id)
    if tokens or nano:
        raise StoppedEarly(
            f"the provider billed {tokens:,} tokens and {dollars(nano)} more than the bound on a call allows; "
            "the bound is broken, so no budget can be promised: look at that before a new run",
            final=True,
        )
    refused = last is not None and parts.calls.was_refused(last.id)
    used = parts.calls.of_run(run.id)
    if run.tokens is not None and (refused or used.total + LEAST_TOKENS > run.tokens):
        raise budget_spent(f"{run.tokens:,} tokens")
    if run.calls is not None and (refused or used.calls >= run.calls):
        raise budget_spent(f"{run.calls:,} calls")
    if run.dollars is not None and (refused or used.dollars + LEAST_NANODOLLARS > run.dollars):
        raise budget_spent(dollars(run.dollars))


def budget_spent(amount: str) -> StoppedEarly:
    """What ends a run for good."""
    return StoppedEarly(
        f"the run's budget of {amount} is spent; run again with a new --budget or --calls to go on", final=True
    )


def is_day_spent(parts: Parts, run: Run, last: Try | None) -> bool:
    """Whether this day (UTC) has nothing left for a life, or kept a call of the last try from being sent."""
    limit = run.limits.get("day")
    if limit is None:
        return False
    used = parts.calls.of_day()
    if Allowance(used, limit.tokens, limit.calls, limit.dollars).lacks(LEAST_TOKENS, LEAST_NANODOLLARS) is not None:
        return True
    # On a new day, when nothing is used yet, what was refused the day before says nothing
    return used.calls > 0 and last is not None and parts.calls.was_refused(last.id, "day")


def limits_of_life(parts: Parts, run: Run) -> Limits:
    """What the next life may use: of the machine, and of the run's budget and its own, whichever is less."""
    used, bounds = parts.calls.of_run(run.id), parts.bounds
    own = run.limits.get("life", Limit())
    nanodollars = least(run.dollars, used.dollars, own.dollars)
    usd = None
    if nanodollars is not None:
        usd = nanodollars / NANO
    return Limits(
        seconds=bounds.seconds,
        memory_bytes=bounds.memory_bytes,
        output_bytes=bounds.output_bytes,
        tokens=least(run.tokens, used.total, own.tokens),
        usd=usd,
        calls=least(run.calls, used.calls, own.calls),
        timeout=CALL_SECONDS,
    )


def least(limit: int | None, used: int, own: int | None) -> int | None:
    """What a life may use of a run's limit and of its own. None: neither is limited. Pure."""
    if limit is None:
        return own
    left = max(limit - used, 0)
    if own is None:
        return left
    return min(left, own)
