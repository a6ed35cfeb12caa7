"""The controller's errors.

HeirloomError              a message that says what is wrong and what to do next
├── RequestError           the request was wrong: one line, exit 2, nothing changed
├── StoppedEarly           the run ended before it did what was asked: exit 3
│   ├── NotPushed          it did all that was asked, and the remote lacks the last of it: exit 4
│   └── Held               it is paused until the operator has mended something and resumes it
├── GitError               git refused or broke; carries its last words
│   └── PastBounds         what a child made is too much to be read: too many paths, too deep, too large
├── IsolationError         a sandbox could not be made
├── LedgerError            the ledger cannot be read or written
│   ├── LedgerDamaged      it is not what we wrote; never repaired silently
│   └── LedgerBehind       it knows less than the branch, its backup or its own chain: something was lost
├── BudgetSpent            a call was not let through: the promise was kept
│   └── BoundBroken        a call of the run was billed more than its bound: it sends no more
├── WorldFault             the provider, the disk or the network failed: never the genome's fault
│   ├── NeverSent          (gateway/upstreams) the provider was not reached: nothing can be billed
│   └── Garbled            (gateway/upstreams) what it answered is no whole answer of the Messages API
├── GatewayStuck           (gateway) its thread does not answer any more
├── Refusal                (gateway/upstreams) an answer of the API's own error shape
├── Stopped                (gates/candidate) whoever asked the gates no longer waits
├── NoMutant               (gates/evidence) the claimed diff does not apply, or is none
├── DoesNotReproduce       (gates/reproduction) the candidate cannot live or bear a child
├── NoText                 (gates/reproduction) no text fits a pattern
└── NoInstance             (gates/reproduction) no value fits a schema
    └── TooMuchWork        (gates/reproduction) none was found in the steps that there are
Exception
├── AttemptFailed          (gateway/retry) one attempt at a call met a fault of the world; never leaves the room
├── NotDescribed           (gateway/upstreams) a provider does not tell its models; never leaves the room
└── TooMuch                (life/inside) an answer is past what is taken; never leaves the program
"""


class HeirloomError(Exception):
    """The root: everything that the controller raises on purpose."""


class RequestError(HeirloomError):
    """The operator asked for something that cannot be; nothing was changed."""


class StoppedEarly(HeirloomError):
    """The run ended early; the message says why and how to go on. `final`: the run is over, a new one may begin."""

    def __init__(self, message: str, final: bool = False) -> None:
        super().__init__(message)
        self.final = final


class NotPushed(StoppedEarly):
    """The run did all that was asked, and the operator's remote lacks the last of it."""


class Held(StoppedEarly):
    """The run cannot go on before somebody acts: it is paused, `kind` says what for."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class GitError(HeirloomError):
    """git refused or broke."""


class PastBounds(GitError):
    """What a child made is past what may be read of it; the message says in what."""


class IsolationError(HeirloomError):
    """A sandbox could not be made."""


class LedgerError(HeirloomError):
    """The ledger cannot be read or written."""


class LedgerDamaged(LedgerError):
    """The ledger holds what we did not write."""


class LedgerBehind(LedgerError):
    """The ledger lost something of what was spent."""


class BudgetSpent(HeirloomError):
    """A call was not let through, because with it the budget of a scope (call, life, run, day, minute) could break."""

    def __init__(self, kind: str, used: int, limit: int, scope: str = "run") -> None:
        most, left = limit, max(limit - used, 0)
        told = f"${most / 1e9:,.4f} has ${left / 1e9:,.4f}" if kind == "dollars" else f"{most:,} {kind} has {left:,}"
        whose = "the budget" if scope == "run" else f"a {scope}'s budget"
        super().__init__(f"{whose} of {told} left, too little for this call")
        self.kind, self.used, self.limit, self.scope = kind, used, limit, scope


class GatewayStuck(HeirloomError):
    """A request keeps the gateway's thread busy; nobody waits for it."""


class BoundBroken(BudgetSpent):
    """A call of the run was billed so many tokens and nanodollars more than was set aside: no bound holds any more."""

    def __init__(self, tokens: int, nanodollars: int) -> None:
        HeirloomError.__init__(
            self,
            f"the provider billed {tokens:,} tokens and ${nanodollars / 1e9:,.4f} more than the bound on a call "
            "allows; no further call of this run is sent: the operator has to look at that before a new run",
        )
        self.kind, self.used, self.limit, self.scope = "tokens", tokens, 0, "run"


class WorldFault(HeirloomError):
    """The provider, the disk or the network failed; the same may succeed later."""
