"""The gates as a life may ask them while it lives, and what both this and the last judgement need."""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from controller import life
from controller.child import Child, run
from controller.contract import GateLine, Goal, one_line, push_ref
from controller.gates import chosen, judge, name_of
from controller.gates.candidate import Candidate, Room
from controller.gates.context import context
from controller.gates.reuse import Stopped, remembering
from controller.isolation import Command
from controller.ledger import Try
from controller.lineage import Lineage
from controller.record import REASON_CHARS
from controller.request import no_room
from controller.told import told
from controller.world import World

NICE = 10


def candidate(
    world: World, tried: Try, commit: str, goal: Goal | None, folder: Path,
    started: Callable[[Child], None] = lambda _: None,
) -> Candidate:  # fmt: skip
    """What is judged, in an empty room. `started` is told of every process that runs there."""
    life.remove(folder)
    room = Room(world.isolation, folder, replace(world.bounds, seconds=world.policy.seconds), started)
    changes = tuple(world.lineage.changes(tried.parent, commit))
    before = world.context(tried.parent)
    return Candidate(world.lineage, tried.parent, commit, tried.generation, world.genome, changes, before, goal, room,
                     known=world.known, archive=world.archive(tried.id), types=world.types,
                     policy=world.policy)  # fmt: skip


def config(world: World) -> str:
    """What a report depends on beside the commits: settings, controller, isolation."""
    return " ".join(world.stamps.get(name, "") for name in ("Config", "Controller", "Isolation"))


def pushed(world: World, tried: Try, ref: str = "") -> str | None:
    """The commit that a life's ref holds, or None; `ref`: where to keep it. Raises IsolationError, GitError."""
    folder = world.folder(tried)
    inbox = f"{world.isolation.root(folder)}/{life.INBOX}"
    command = life.upload_pack(folder, world.isolation)
    found = world.lineage.fetch(tried.generation, tried.number, command, inbox, ref)
    if found is None:  # the child's doing, unless nothing at all can be started or written here
        if not no_room(world.lives):  # a full disk is told of elsewhere, and what filled it removed first
            try_out(world.lineage, ref or world.lineage.attempt_ref(tried.generation, tried.number))
        run(world.isolation, Command(("true",), folder, cwd=".", writable=False), world.bounds)
    return found


def try_out(lineage: Lineage, ref: str) -> None:
    """Write to the store as a fetch would. Raises GitError where that cannot be: no fault of the child's then."""
    lineage.store.run("hash-object", "-w", "--stdin", text=f"{ref} {time.time_ns()}\n")  # one that is not there yet
    lineage.store.run("update-ref", ref, lineage.head())
    lineage.store.run("update-ref", "-d", ref)


class Asked:
    """Judges what one life has pushed so far. `number`: how often it was asked.

    Gates that the operator marked private take no part. The context gate does not either: the entry may not be written
    yet.
    """

    refused, why = "", ""  # by which gate what was judged last was refused, and its reason

    def __init__(self, world: World, tried: Try, goal: Goal | None) -> None:
        self._world, self._tried, self._goal = world, tried, goal
        kept = {name_of(context), *world.policy.private}
        self._gates = tuple(gate for gate in chosen(world.policy) if name_of(gate) not in kept)
        self._stopped = threading.Event()
        self._running: Child | None = None
        self.number = 0

    def __call__(self) -> GateLine:
        """The verdict on what the inbox's ref holds now, read once. Raises IsolationError, GitError."""
        self.number += 1
        os.setpriority(os.PRIO_PROCESS, 0, NICE)  # this thread, and with it all that it starts
        world, tried, ref = self._world, self._tried, self._world.asks_ref(self._tried)
        commit = pushed(world, tried, ref)
        if commit is None:
            where = push_ref(tried.generation, tried.number)
            text = f"there is no sound commit at {where} of the inbox: push what you want judged there, then ask"
            return GateLine(type="verdict", decision="refuse", gate="push", text=text)
        folder = world.asks_folder(tried)
        try:
            one = candidate(world, tried, commit, self._goal, folder, self._watch)
            gates = remembering(self._gates, one, config(world), self._stopped.is_set)
            verdict, reports = judge(one, gates)
        except Stopped as stopped:
            return GateLine(type="verdict", commit=commit, text=str(stopped))
        finally:
            life.remove(folder)
            world.lineage.store.run("update-ref", "-d", ref)
        text = told(verdict, reports)
        self.refused = verdict.gate if verdict.decision == "refuse" else ""
        self.why = one_line(reports[-1].reason, REASON_CHARS) if self.refused else ""
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
