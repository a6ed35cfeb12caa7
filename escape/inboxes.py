"""Attempts on the controller's git: by what a child may write into its inbox and its workspace.

With walls the controller fetches as it does in a run. The control is what a careless one would do: its own git, in or
from what the child wrote.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

from controller.git.lineage import Lineage
from controller.git.repository import Repository
from controller.life.workspace import INBOX, upload_pack
from escape.attempt import IDENTITY, Attempt, Room

REF = "refs/heads/gen/1.1"
PUSH = """#!bash
set -e
cd "<life>/repo" && rm -rf .git && git init --quiet . && git config user.email x@x && git config user.name x
echo text >file && git add file && git commit --quiet -m work
rm -rf "<life>/inbox.git" && git init --quiet --bare "<life>/inbox.git"
git push --quiet "<life>/inbox.git" HEAD:refs/heads/gen/1.1
cd "<life>/inbox.git"
"""
ALTERNATES = 'echo "<repository>/.git/objects" >objects/info/alternates; echo <private> >refs/heads/gen/1.1'
LINKED_REF = """echo "<repository>/.git/objects" >objects/info/alternates
rm refs/heads/gen/1.1; ln -s "<repository>/.git/refs/heads/private" refs/heads/gen/1.1"""
LINKED_HEAD = """echo "<repository>/.git/objects" >objects/info/alternates; rm HEAD
ln -s refs/../../../../operator/checkout/.git/refs/heads/private HEAD"""
PIPE = "mkfifo packed-refs"
CONFIG = "rm config; mkfifo config"
OTHERS = "git update-ref refs/heads/main HEAD 2>/dev/null || git update-ref refs/heads/main refs/heads/gen/1.1"
EVIL = '#!/bin/sh\\necho changed >"<outside>/marker"\\n'
OPTION = f"""printf '{EVIL}' >"<life>/repo/evil"; chmod +x "<life>/repo/evil"
git update-ref "refs/heads/--upload-pack=<life>/repo/evil" refs/heads/gen/1.1"""
HOOKS = f"""printf '{EVIL}' >hooks/post-update; chmod +x hooks/post-update; cp hooks/post-update hooks/pre-receive
git config core.fsmonitor "<life>/inbox.git/hooks/post-update"; git config core.hooksPath hooks
cd "<life>/repo"; git config core.fsmonitor "<life>/inbox.git/hooks/post-update"
git config filter.x.clean "<life>/inbox.git/hooks/post-update"; echo '* filter=x' >.gitattributes; touch file"""
EXT = f"""printf '{EVIL}' >"<life>/repo/evil"; chmod +x "<life>/repo/evil"
git config remote.origin.url "ext::<life>/repo/evil"; git config url.ext::.insteadOf /"""
BOMB = """head -c 400M /dev/zero >"<life>/repo/big"; cd "<life>/repo"; git add big; git commit --quiet -m big
git push --quiet --force "<life>/inbox.git" HEAD:refs/heads/gen/1.1; rm big"""
Harm = Callable[[Room, Path], bool]
HANGS = 30  # seconds after which a command of git is taken to wait for ever


def fresh_store(room: Room) -> Lineage:
    """A store that nothing was fetched into, with a branch of its own."""
    store = room.outside.parent / "store.git"
    shutil.rmtree(store, ignore_errors=True)
    operator = Repository(Path(room.placed["repository"]))
    lineage = Lineage(operator, Repository(store, own=True), "main")
    lineage.make_bare(store)
    lineage.store.run("fetch", "--quiet", room.placed["repository"], "main:refs/heads/main")
    (room.outside / "marker").unlink(missing_ok=True)
    return lineage


def careful(script: str, harm: Harm) -> Callable[[Room], bool]:
    """The child prepares its inbox, the controller fetches as it does."""

    def succeeds(room: Room) -> bool:
        lineage = fresh_store(room)
        room.run(PUSH + script)
        inbox = f"{room.isolation.root(room.folder)}/{INBOX}"
        commit = lineage.fetch(1, 1, room.placed["main"], upload_pack(room.folder, room.isolation), inbox)
        if commit:
            changes = lineage.changes(room.placed["main"], commit)
            if all(size < 2**20 for size in lineage.store.sizes([change.blob for change in changes]).values()):
                lineage.export(commit, room.outside.parent / "exported")
        done = harm(room, lineage.store.path)
        shutil.rmtree(room.outside.parent / "exported", ignore_errors=True)
        return done

    return succeeds


def careless(script: str, harm: Harm, *commands: str) -> Callable[[Room], bool]:
    """The same, and then these commands of a git that trusts what it finds; one that hangs counts as harm."""

    def succeeds(room: Room) -> bool:
        store = fresh_store(room).store.path
        room.run(PUSH + script)
        words = {"<store>": str(store), "<inbox>": str(room.folder / INBOX), "<work>": str(room.folder / "repo")}
        for command in commands:
            for word, value in words.items():
                command = command.replace(word, value)
            if hangs(command):
                return True
        return harm(room, store)

    return succeeds


def hangs(command: str) -> bool:
    """Whether a command of a git that trusts every folder comes to no end; what it started is ended too."""
    trusting = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}
    process = subprocess.Popen(
        ["bash", "-c", command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **IDENTITY, **trusting},
        start_new_session=True,
    )
    try:
        process.wait(HANGS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True
    return False


def private(room: Room, store: Path) -> bool:
    """The operator's private branch came into the store."""
    return not subprocess.run(
        ["git", "-C", str(store), "cat-file", "-e", room.placed["blob"]], capture_output=True
    ).returncode


def marked(room: Room, _: Path) -> bool:
    """A program of the child's ran on the host."""
    return (room.outside / "marker").exists()


def moved(room: Room, store: Path) -> bool:
    """A branch of the store that is not the attempt's was moved."""
    told = subprocess.run(["git", "-C", str(store), "rev-parse", "main"], capture_output=True, text=True).stdout
    return told.strip() != room.placed["main"]


def grown(room: Room, store: Path) -> bool:
    """More than 100 MB were written on the host."""
    files = [path for top in (store, room.outside.parent / "exported") for path in top.rglob("*") if path.is_file()]
    return sum(path.stat().st_size for path in files) > 100 * 2**20


def nothing(_: Room, __: Path) -> bool:
    """Only a hang would be harm; ours is ended by its own limit."""
    return False


def force_pushes(room: Room) -> bool:
    """Move a branch of the operator's repository by pushing to it."""
    path, before = room.placed["repository"], room.placed["private"]
    room.run(PUSH + 'git -C "<life>/repo" push --quiet --force "<repository>" HEAD:refs/heads/private')
    now = subprocess.run(["git", "-C", path, "rev-parse", "private"], capture_output=True, text=True).stdout.strip()
    subprocess.run(["git", "-C", path, "update-ref", "refs/heads/private", before], check=True)
    return now != before


FETCH = "git -C <store> fetch --quiet <inbox> '+refs/*:refs/got/*'"
FETCH_HEAD = "git -C <store> fetch --quiet <inbox> +HEAD:refs/got/head"
MIRROR = "git -C <store> fetch --quiet --force <inbox> '+refs/*:refs/*'"


def attempt(name: str, tries: str, script: str, harm: Harm, *commands: str, slow: bool = False) -> Attempt:
    return Attempt(name, tries, careful(script, harm), careless(script, harm, *commands), slow=slow)


ATTEMPTS = (
    attempt("inbox: alternates", "have the controller fetch a private branch", ALTERNATES, private, FETCH),
    attempt("inbox: linked ref", "let its ref be a link to a ref outside", LINKED_REF, private, FETCH),
    attempt("inbox: linked HEAD", "let HEAD be a link to a ref outside", LINKED_HEAD, private, FETCH_HEAD),
    attempt("inbox: pipe", "hang the controller with a FIFO for packed-refs", PIPE, nothing, FETCH, slow=True),
    attempt("inbox: config", "hang the controller with a FIFO for a config", CONFIG, nothing, FETCH, slow=True),
    attempt("inbox: bomb", "push a pack that inflates to 400 MB", BOMB, grown,
            f"{FETCH}; git -C <store> archive --output=<store>/out.tar refs/got/heads/gen/1.1", slow=True),
    attempt("inbox: other refs", "push to another branch", OTHERS, moved, MIRROR),
    attempt("inbox: option", "push a ref that is named like an option", OPTION, marked,
            "git -C <store> fetch $(git -C <inbox> for-each-ref --format='%(refname:lstrip=2)' | tac) <inbox> || "
            "git -C <store> fetch $(git -C <inbox> for-each-ref --format='%(refname:lstrip=2)' | grep upload) <inbox>"),
    attempt("hooks and filters", "have the controller's git run hooks, filters, fsmonitor", HOOKS, marked,
            "git -C <work> status; git -C <work> add -A; git -C <work> push <inbox> HEAD:refs/heads/x"),
    attempt("ext:: URL", "have the controller's git run an ext:: URL", EXT, marked,
            "git -C <inbox> -c protocol.ext.allow=always fetch origin"),
    Attempt("force push", "push over a branch of the operator's repository", force_pushes),
)  # fmt: skip
