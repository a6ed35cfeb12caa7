"""Programs of other people, in a virtual environment of their own, made once: LiteLLM's proxy and mini-swe-agent."""

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

REQUIREMENTS = Path(__file__).with_name("requirements.txt")  # every package of them, at its version
HOME = REQUIREMENTS.parents[2] / ".clients"
INSTALL_SECONDS = 1_800
REQUIRED = "HEIRLOOM_TESTS_NEED_CLIENTS"  # set where a skipped test would be a lie


def missing(what: str) -> None:
    """Skip, or fail where nothing may be skipped."""
    if os.environ.get(REQUIRED):
        pytest.fail(what)
    pytest.skip(what)


def program(name: str) -> Path:
    """A program's path, installed from our list once. Skips the test where the list cannot be installed."""
    done = HOME / "heirloom.requirements"
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    with REQUIREMENTS.open() as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        if not done.is_file() or done.read_text() != wanted:
            install()
            done.write_text(wanted)
    return HOME / "bin" / name


def install() -> None:
    """The environment, made anew, from wheels alone: nothing of other people runs while it is installed."""
    pip = (str(HOME / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    steps = (
        (sys.executable, "-m", "venv", "--clear", str(HOME)),
        (*pip, "--no-deps", "--only-binary", ":all:", "--requirement", str(REQUIREMENTS)),
    )
    for words in steps:
        try:
            said = subprocess.run(words, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            missing(f"installing {REQUIREMENTS.name} took over {INSTALL_SECONDS} s")
        if said.returncode:
            why = " ".join((said.stderr or said.stdout).split())[-300:]
            missing(f"{REQUIREMENTS.name} cannot be installed; these tests need PyPI, and venv with pip: {why}")
