"""npm's @copilotkit/aimock: a server of the Messages API that nobody here wrote, started on loopback with Node."""

import fcntl
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.waiting import PATIENCE

HOME = Path(__file__).parents[2] / "npm"
OWN_NODE = HOME.parents[1] / ".node" / "bin"  # where .ci/run puts one, on a machine whose own is too old
LEAST = (20, 15)
INSTALL_SECONDS, START_SECONDS = 600, 120
REQUIRED = "HEIRLOOM_TESTS_NEED_NODE"  # set where a skipped test would be a lie


def missing(what: str) -> None:
    """Skip, or fail where nothing may be skipped."""
    told = f"{what}; these tests need Node {'.'.join(map(str, LEAST))} or newer, npm, and its registry"
    if os.environ.get(REQUIRED):
        pytest.fail(told)
    pytest.skip(told)


def node() -> tuple[Path, Path]:
    """Node and npm, new enough."""
    path = os.pathsep.join([str(OWN_NODE), os.environ.get("PATH", "")])
    found = [shutil.which(name, path=path) for name in ("node", "npm")]
    if not (found[0] and found[1]):
        missing("node or npm is missing")
    told = subprocess.run([str(found[0]), "--version"], capture_output=True, text=True, check=True).stdout
    if tuple(int(part) for part in told.strip().lstrip("v").split(".")[:2]) < LEAST:
        missing(f"node is {told.strip()}")
    return Path(str(found[0])), Path(str(found[1]))


def installed(npm: Path) -> Path:
    """The folder of the packages, installed from our lock file once."""
    wanted = hashlib.sha256((HOME / "package-lock.json").read_bytes()).hexdigest()
    done = HOME / "node_modules" / ".heirloom"
    with (HOME / "package.json").open() as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        if not done.is_file() or done.read_text() != wanted:
            words = (str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
            environment = {**os.environ, "PATH": os.pathsep.join([str(npm.parent), os.environ.get("PATH", "")])}
            try:
                said = subprocess.run(
                    words,
                    cwd=HOME,
                    env=environment,
                    capture_output=True,
                    text=True,
                    timeout=INSTALL_SECONDS,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                missing(f"npm ci took over {INSTALL_SECONDS} s")
            if said.returncode:
                missing(f"npm ci failed: {' '.join(said.stderr.split())[:300]}")
            done.write_text(wanted)
    return HOME / "node_modules"


@contextmanager
def aimock(folder: Path, fixtures: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The server's address, while it answers by these fixtures."""
    program, npm = node()
    path = folder / "fixtures.json"
    path.write_text(json.dumps({"fixtures": fixtures}))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = installed(npm) / "@copilotkit" / "aimock" / "dist" / "cli.js"
    words = [str(program), str(server), "-p", str(port), "-f", str(path), "--validate-on-load"]
    with (folder / "aimock.log").open("wb") as log:
        process = subprocess.Popen(
            [*words, "--log-level", "warn"], stdout=log, stderr=log, cwd=folder, start_new_session=True
        )
        try:
            deadline = time.monotonic() + START_SECONDS
            while not answers(port):
                assert process.poll() is None and time.monotonic() < deadline, (folder / "aimock.log").read_text()
                time.sleep(0.02)
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(process.pid, signal.SIGKILL)  # a wheel's node is a program that starts another
            process.wait()


def answers(port: int) -> bool:
    """Whether somebody listens."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def heard(url: str) -> list[Any]:
    """The requests that the server took, oldest first."""
    with urllib.request.urlopen(f"{url}/__aimock/journal", timeout=PATIENCE) as answer:
        journal: list[Any] = json.load(answer)
    return journal
