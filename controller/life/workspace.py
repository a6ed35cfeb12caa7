"""A life on this disk: its folder, its birth, its environment, and the child in it until it ends."""

import os
import secrets
import shlex
import shutil
import stat
from contextlib import suppress
from pathlib import Path

from controller.contract import (
    CONTRACT_VERSION,
    ENV_BASE_URL,
    ENV_BIRTH,
    ENV_TOKEN,
    GIT_EMAIL,
    GIT_NAME,
    Birth,
    push_ref,
)
from controller.git.lineage import Lineage
from controller.git.repository import Repository
from controller.ledger.life import Try
from controller.ledger.phases import Newborn
from controller.sandbox.child import Child, spawn
from controller.sandbox.isolation import Command, Isolation, Quota, plain_environment
from controller.sandbox.limits import Bounds

INBOX = "inbox.git"
TYPES = "types"  # within out/
START = ("python", "-m", "agent")
UPLOAD_SECONDS = 30  # a FIFO where a file should be never ends by itself
UPLOAD = Quota(file_bytes=2**20, data_bytes=2**30)  # it reads the child's repository, by the child's configuration


def prepare(
    folder: Path, lineage: Lineage, isolation: Isolation, tried: Try, newborn: Newborn, types: Path | None = None
) -> None:
    """Make a life's folder: the clone at the exact commit, its inbox, birth.json. No child has been in it yet.

    `types`: a cache of mypy's, of which the life gets a copy: without one, its check of types takes 12 s and not one.
    """
    for name in ("home", "tmp", "out"):
        (folder / name).mkdir(parents=True)
    if types is not None:
        shutil.copytree(types, folder / "out" / TYPES, symlinks=True)
    lineage.clone(tried.parent, folder / "repo", newborn.attempts)
    lineage.make_bare(folder / INBOX)
    seed(folder / INBOX, folder / "repo", tried.parent)
    birth = birth_of(isolation.root(folder), tried, newborn)
    (folder / "birth.json").write_text(birth.model_dump_json(indent=1))
    isolation.hand_over(folder)


def birth_of(root: str, tried: Try, newborn: Newborn) -> Birth:
    """What a life is told at birth; `root`: where it sees its folder."""
    return Birth(
        contract=CONTRACT_VERSION,
        generation=tried.generation,
        try_number=tried.number,
        run=tried.run,
        parent=tried.parent,
        ref=push_ref(tried.generation, tried.number),
        inbox=f"{root}/{INBOX}",
        out=f"{root}/out",
        models=newborn.models,
        limits=newborn.limits,
        genome=newborn.genome,
        goal=newborn.goal,
        recent=newborn.recent,
        asks=newborn.asks,
        genome_tokens=newborn.genome_tokens,
    )


def environment(isolation: Isolation, folder: Path, token: str, started: float) -> dict[str, str]:
    """Everything that a child inherits: this list and no more. `{port}` is filled in when the listener is known."""
    root = isolation.root(folder)
    date = f"{int(started)} +0000"
    return {
        **plain_environment(isolation, f"{root}/home", f"{root}/tmp"),
        ENV_BIRTH: f"{root}/birth.json",
        ENV_BASE_URL: "http://127.0.0.1:{port}",
        ENV_TOKEN: token,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_AUTHOR_NAME": GIT_NAME,
        "GIT_AUTHOR_EMAIL": GIT_EMAIL,
        "GIT_AUTHOR_DATE": date,
        "GIT_COMMITTER_NAME": GIT_NAME,
        "GIT_COMMITTER_EMAIL": GIT_EMAIL,
        "GIT_COMMITTER_DATE": date,
    }


def seed(inbox: Path, clone: Path, parent: str) -> None:
    """Give an inbox what its life begins with, so that a push carries what is new and not all that ever was."""
    shutil.copytree(clone / ".git" / "objects", inbox / "objects", copy_function=os.link, dirs_exist_ok=True)
    Repository(inbox, own=True).run("update-ref", "refs/heads/parent", parent)


def new_token() -> str:
    """A token for one try; it looks like no provider's key."""
    return f"heirloom-{secrets.token_urlsafe(24)}"


def start(
    folder: Path, isolation: Isolation, tried: Try, token: str, bounds: Bounds, argv: tuple[str, ...] = START
) -> Child:
    """Start the child in its folder, from the exact commit, with a listener of its own. Raises IsolationError."""
    variables = environment(isolation, folder, token, tried.started)
    command = Command(argv, folder, variables, cwd="repo", listener=True)
    return spawn(isolation, command, bounds)


def upload_pack(folder: Path, isolation: Isolation) -> str:
    """The command that git is to run for `upload-pack`: with the child's rights, the inbox read-only."""
    variables = {"PATH": "/usr/bin:/bin", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "HOME": "/tmp"}
    argv = ("timeout", "--signal=KILL", str(UPLOAD_SECONDS), "git", "upload-pack", "--strict")
    command = Command(argv, folder, variables, cwd=INBOX, writable=False)
    # git hands this to a shell; with `exec` the sandbox is git's own child and ends with it
    return "exec " + shlex.join(isolation.wrap(command, quota=UPLOAD))


def remove(folder: Path) -> None:
    """Remove a folder that a child wrote in, whatever is closed and however deep it is. Links are never followed."""
    if not folder.exists():
        return
    with suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)
    while folder.exists():
        for place in open_folders(folder):
            for deeper in open_folders(place):
                deeper.chmod(stat.S_IRWXU)
                deeper.rename(folder / secrets.token_hex(16))  # lifted, so that no path grows too long
            shutil.rmtree(place)
        if not open_folders(folder):
            shutil.rmtree(folder)


def open_folders(folder: Path) -> list[Path]:
    """The folders in a folder, once it is made readable for us."""
    folder.chmod(stat.S_IRWXU)
    with os.scandir(folder) as entries:
        return [Path(entry) for entry in entries if entry.is_dir(follow_symlinks=False)]
