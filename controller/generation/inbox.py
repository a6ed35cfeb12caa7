"""Fetches what a life pushed out of its inbox, by a process with the rights of the life."""

from controller.errors import PastBounds
from controller.generation.parts import Parts
from controller.ledger.life import Try
from controller.ledger.phases import Push
from controller.life import workspace
from controller.sandbox.child import run
from controller.sandbox.isolation import Command
from controller.state.place import no_room


def fetch_push(parts: Parts, tried: Try, ref: str = "") -> Push:
    """What a life's ref holds, if that can be kept; `ref`: where to keep it. Raises IsolationError, GitError."""
    folder = parts.folder(tried)
    inbox = f"{parts.isolation.root(folder)}/{workspace.INBOX}"
    command = workspace.upload_pack(folder, parts.isolation)
    try:
        found = parts.lineage.fetch(tried.generation, tried.number, tried.parent, command, inbox, ref)
    except PastBounds as error:
        return Push(None, f"what it pushed is not kept: {error}")
    if found is None:  # the child's doing, unless nothing at all can be started or written here
        if not no_room(parts.lives):  # a full disk is reported elsewhere, and what filled it removed first
            parts.lineage.check_writable()
        run(parts.isolation, Command(("true",), folder, cwd=".", writable=False), parts.bounds)
    return Push(found)
