"""A life from its birth to its end. Nothing of it hangs on the run: several may be lived at once, a thread each."""

import time
from dataclasses import asdict, replace

from controller.events.kinds import CallContinued, CallWaiting, Cloning, Living, TokensAssumed, Working
from controller.gates.builds.type_cache import newest
from controller.gateway.admission import Admission
from controller.gateway.faults import Waiting
from controller.gateway.gate_endpoint import GateEndpoint
from controller.generation.gate_requests import GateRequests
from controller.generation.parts import Parts
from controller.ledger.life import Life, Try
from controller.ledger.phases import Consent, End, Newborn, Spawn
from controller.life import workspace
from controller.sandbox.child import Child

OUTPUT_CHARS = 4000  # of what the child printed, its end, that is journalled


def live(parts: Parts, life: Life, newborn: Newborn) -> Life:
    """Make the workspace, spawn the child, wait for its end, and journal that end. Raises IsolationError, GitError."""
    tried = life.tried
    folder, token = parts.folder(tried), workspace.new_token()
    parts.discard(tried)
    parts.notify(Cloning(tried.generation, tried.number))
    workspace.prepare(folder, parts.lineage, parts.isolation, tried, newborn, newest(parts.types))
    admission = admission_of(parts, tried, newborn, token)
    requests = GateRequests(parts, tried, newborn.goal)
    life = parts.journal.begin_phase(life, birth_of(parts, newborn))
    parts.notify(Living(tried.generation, tried.number))
    child = workspace.start(folder, parts.isolation, tried, token, parts.bounds)
    endpoint = GateEndpoint(requests, parts.asks) if parts.asks else None
    end = wait(parts, tried, admission, child, endpoint)
    life = parts.journal.begin_phase(life, requests.seen)
    return parts.journal.begin_phase(life, end)


def birth_of(parts: Parts, newborn: Newborn) -> Spawn:
    """What is journalled before the child is started: all that the rest of its life is decided by."""
    consent: Consent = ""
    if parts.instruction is not None:
        consent = parts.instruction.consent
    return Spawn(dict(parts.stamps), newborn.goal, consent, newborn, parts.bounds)


def admission_of(parts: Parts, tried: Try, newborn: Newborn, token: str) -> Admission:
    """What the gateway is to know of the life."""
    return Admission(
        try_id=tried.id,
        generation=tried.generation,
        token=token,
        seed=parts.seed,
        tree=parts.lineage.tree_without_context(tried.parent),
        deadline=time.monotonic() + parts.bounds.seconds,
        models=tuple(model.id for model in newborn.models),
    )


def wait(parts: Parts, tried: Try, admission: Admission, child: Child, endpoint: GateEndpoint | None) -> End:
    """Serve the child until it ends; whatever happens, it is ended and dismissed. `endpoint`: where it asks gates."""
    try:
        assert child.listener is not None
        parts.gateway.admit(admission, child.listener, endpoint)
        ending = child.wait(Watch(parts, tried, admission))
    finally:
        child.abandon()
        fault, unanswered = parts.gateway.fault(admission), parts.gateway.unanswered(admission)
        parts.gateway.dismiss(admission)
    assumed = parts.calls.assumed_of_try(tried.id)
    if assumed:
        parts.notify(TokensAssumed(tried.generation, tried.number, assumed))
    short = replace(ending, output=ending.output[-OUTPUT_CHARS:])
    return End(**asdict(short), fault=fault, unanswered=unanswered)


class Watch:
    """Asked again and again while the child lives. It reports each answer, and when a call of the life waits."""

    def __init__(self, parts: Parts, tried: Try, admission: Admission) -> None:
        self._parts, self._tried, self._admission = parts, tried, admission
        self._waiting: Waiting | None = None
        self._answers = 0

    def __call__(self) -> float:
        """Seconds that count for no limit of this life."""
        self._report_answer()
        gateway, tried = self._parts.gateway, self._tried
        waiting = gateway.waiting(self._admission)
        if waiting is not self._waiting:
            self._waiting = waiting
            if waiting is None and gateway.fault(self._admission) is not None:
                return gateway.waited(self._admission)  # it waits no more, and no answer came
            if waiting is None:
                self._parts.notify(CallContinued(tried.generation, tried.number))
            else:
                reason, seconds, left = waiting.reason, waiting.seconds, waiting.left
                self._parts.notify(CallWaiting(tried.generation, tried.number, reason, seconds, left))
        return gateway.waited(self._admission)

    def _report_answer(self) -> None:
        """Say what the life does where it had another answer."""
        activity, tried = self._parts.gateway.activity(self._admission), self._tried
        if activity.answers == self._answers:
            return
        self._answers = activity.answers
        used = self._parts.calls.of_try(tried.id)
        self._parts.notify(Working(tried.generation, tried.number, used.calls, used.total, activity.words()))
