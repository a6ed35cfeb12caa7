"""The gates as a life may ask them while it lives."""

import threading
from dataclasses import replace
from functools import partial

from controller.contract import GateLine, Goal, one_line, push_ref
from controller.gates.cache import remembering
from controller.gates.candidate import Stopped
from controller.gates.judging import judge
from controller.gates.registry import chosen
from controller.generation.candidate import candidate, fingerprint
from controller.generation.inbox import fetch_push
from controller.generation.judge import tell
from controller.generation.parts import Parts
from controller.generation.verdict_text import describe
from controller.ledger.life import Try
from controller.ledger.phases import Requests
from controller.life import workspace
from controller.memory import REASON_CHARS
from controller.sandbox.child import Child


class GateRequests:
    """Judges what one life has pushed so far. `seen`: how often it was asked, and what it refused last.

    What is refused stays in the store: the life may push something else later, and the next one may mend it.
    Only gates that a life may ask take part.
    """

    def __init__(self, parts: Parts, tried: Try, goal: Goal | None) -> None:
        self._parts, self._tried, self._goal = parts, tried, goal
        self._gates = tuple(gate for gate in chosen(parts.policy) if gate.life_may_ask)
        self._stopped = threading.Event()
        self._running: Child | None = None
        self.seen = Requests()

    def __call__(self, everything: bool) -> GateLine:
        """The verdict on what the inbox's ref holds now, read once. Raises IsolationError, GitError.

        `everything`: gates that cost much are asked, too, where one before them refused.
        """
        self.seen = replace(self.seen, number=self.seen.number + 1)
        parts, tried, ref = self._parts, self._tried, self._parts.asks_ref(self._tried)
        push = fetch_push(parts, tried, ref)
        commit = push.attempt
        if commit is None:
            where = push_ref(tried.generation, tried.number)
            text = f"there is no sound commit at {where} of the inbox: push what you want judged there, then ask"
            text = push.problem or text
            return GateLine(type="verdict", decision="refuse", gate="push", text=text)
        folder = parts.asks_folder(tried)
        try:
            one = candidate(parts, tried, commit, self._goal, folder, self._watch)
            gates = remembering(self._gates, one, fingerprint(parts), self._stopped.is_set)
            verdict, reports = judge(one, gates, everything=everything, answered=partial(tell, parts, tried, True))
        except Stopped as stopped:
            return GateLine(type="verdict", commit=commit, text=str(stopped))
        finally:
            workspace.remove(folder)
            parts.lineage.drop(ref)
        text = describe(verdict, reports)
        refused, why = "", ""
        if verdict.decision == "refuse":
            refused, why = verdict.gate, one_line(verdict.decided_by(reports).reason, REASON_CHARS)
            parts.lineage.keep(parts.lineage.asked_ref(tried.generation, tried.number, self.seen.number), commit)
        self.seen = replace(self.seen, refused=refused, why=why)
        return GateLine(type="verdict", commit=commit, decision=verdict.decision, gate=verdict.gate, text=text)

    def stop(self) -> None:
        """End what runs, and ask no further gate. Raises IsolationError where it cannot be ended."""
        self._stopped.set()
        if self._running is not None:
            self._running.end()

    def _watch(self, child: Child) -> None:
        self._running = child
        if self._stopped.is_set():
            child.end()
