"""The machine: read, provisioned in a fresh Debian, lived in, booted. What is proved stands in `vm/prove.sh`."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.controller.conftest import ROOT, git

pytestmark = pytest.mark.slow
LACKS = 4  # prove.sh's exit code where a tool is missing, or root


def prove(step: str, folder: Path, checkout: Path = ROOT, seconds: int = 600) -> subprocess.CompletedProcess[str]:
    """One step of the proofs; skipped where this machine lacks what it needs."""
    done = subprocess.run(
        [checkout / "vm" / "prove.sh", step, folder],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=seconds,
        check=False,
    )
    if done.returncode == LACKS:
        pytest.skip(done.stdout.splitlines()[-1])
    return done


def holds(step: str, folder: Path, seconds: int = 600) -> str:
    """What a step prints, which must hold."""
    done = prove(step, folder, seconds=seconds)
    assert done.returncode == 0, done.stdout[-4000:]
    return done.stdout


@pytest.fixture(scope="module")
def provisioned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the root of a fresh Debian in which `provision.sh` was interrupted, and run twice."""
    folder = tmp_path_factory.mktemp("machine")
    holds("root", folder)
    assert "files that the second run changed: none" in holds("provision", folder)
    return folder


def test_vagrantfile_scripts_unit_are_sound(tmp_path: Path) -> None:
    assert "Overall exposure level" in holds("check", tmp_path)


FAULTS = {
    "a key that vagrant does not know": ("Vagrantfile", "config.vm.box =", "config.vm.boxx ="),
    "a Vagrantfile that is no ruby": ("Vagrantfile", "do |config|", "do |config"),
    "a script that vagrant does not find": ("Vagrantfile", "vm/provision.sh", "vm/provisions.sh"),
    "a word that is not quoted": ("vm/provision.sh", '-e "$source/.git"', "-e $source/.git"),
    "a setting that systemd does not know": ("vm/heirloom.service", "MemoryMax=", "MemoryMost="),
    "a unit with the rights of root": ("vm/heirloom.service", "CapabilityBoundingSet=\n", ""),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_planted_fault_is_found_by_reading(tmp_path: Path, fault: str) -> None:
    name, old, new = FAULTS[fault]
    shutil.copytree(ROOT / "vm", tmp_path / "vm")
    shutil.copy(ROOT / "Vagrantfile", tmp_path)
    text = (tmp_path / name).read_text()
    assert old in text
    (tmp_path / name).write_text(text.replace(old, new))
    done = prove("check", tmp_path, checkout=tmp_path)
    assert done.returncode == 1, done.stdout[-2000:]


@pytest.mark.skipif(shutil.which("rsync") is None, reason="rsync is not installed")
def test_only_commits_enter_the_machine(tmp_path: Path) -> None:
    clone, inside = tmp_path / "clone", tmp_path / "inside" / ".git"
    git(tmp_path, "clone", "--quiet", str(ROOT), str(clone))
    git(clone, "config", "remote.origin.url", "https://me:sk-planted@example.org/x.git")
    for place in (".env", ".venv/key", ".git/heirloom/ledger.sqlite", ".git/hooks/pre-push", "heirloom.toml"):
        (clone / place).parent.mkdir(parents=True, exist_ok=True)
        (clone / place).write_text("sk-planted")
    synced = re.search(r'synced_folder "(\.git)".*?rsync__exclude: \[(.*?)\]', (ROOT / "Vagrantfile").read_text(), re.S)
    assert synced is not None
    inside.mkdir(parents=True)
    excluded = [word for name in re.findall(r'"(.*?)"', synced[2]) for word in ("--exclude", name)]
    subprocess.run(["rsync", "--archive", "--delete", *excluded, f"{clone / synced[1]}/", f"{inside}/"], check=True)
    held = [path for path in inside.rglob("*") if path.is_file() and b"sk-planted" in path.read_bytes()]
    assert held == []
    assert git(inside.parent, "rev-parse", "HEAD") == git(clone, "rev-parse", "HEAD")


def test_lack_is_one_line_with_remedy(provisioned: Path) -> None:
    holds("refuse", provisioned)


def test_heirloom_user_lives_a_generation(provisioned: Path) -> None:
    said = holds("live", provisioned)
    assert "Heirloom-Isolation: bubblewrap" in said


def test_systemd_boots_and_lives_a_generation(provisioned: Path) -> None:
    said = holds("boot", provisioned, seconds=1700)
    assert "Active: active (running)" in said
    assert "heirloom.service/controller" in said  # the group that lives are held by is below the unit's


def test_cloud_init_knows_the_user_data(tmp_path: Path) -> None:
    holds("cloud", tmp_path)
