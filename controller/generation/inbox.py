"""Fetches what a life pushed out of its inbox, by a process with the rights of the life."""

import time

from controller.generation.parts import Parts
from controller.git.lineage import Lineage
from controller.ledger.life import Try
from controller.life import workspace
from controller.sandbox.child import run
from controller.sandbox.isolation import Command
from controller.state.place import no_room


def fetch_push(parts: Parts, tried: Try, ref: str = "") -> str | None:
    """The commit that a life's ref holds, or None; `ref`: where to keep it. Raises IsolationError, GitError."""
    folder = parts.folder(tried)
    inbox = f"{parts.isolation.root(folder)}/{workspace.INBOX}"
    command = workspace.upload_pack(folder, parts.isolation)
    found = parts.lineage.fetch(tried.generation, tried.number, command, inbox, ref)
    if found is None:  # the child's doing, unless nothing at all can be started or written here
        if not no_room(parts.lives):  # a full disk is reported elsewhere, and what filled it removed first
            check_store(parts.lineage, ref or parts.lineage.attempt_ref(tried.generation, tried.number))
        run(parts.isolation, Command(("true",), folder, cwd=".", writable=False), parts.bounds)
    return found


def check_store(lineage: Lineage, ref: str) -> None:
    """Write to the store as a fetch would. Raises GitError where that cannot be: no fault of the child's then."""
    lineage.store.run("hash-object", "-w", "--stdin", text=f"{ref} {time.time_ns()}\n")  # one that is not there yet
    lineage.store.run("update-ref", ref, lineage.head())
    lineage.drop(ref)
