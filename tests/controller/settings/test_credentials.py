"""The provider's key does not stay where a child could find it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from controller.errors import RequestError
from controller.settings.credentials import key, take
from tests.controller.cli.test_bad_input import heirloom
from tests.controller.conftest import ROOT

PROGRAM = f"""
import os, sys
sys.path.insert(0, {str(ROOT)!r})
from controller.settings.credentials import take
before = b"sk-planted" in open("/proc/self/environ", "rb").read()
print(before, take("PLANTED_KEY", os.environ), os.environ.get("PLANTED_KEY"),
      b"sk-planted" in open("/proc/self/environ", "rb").read())
"""


def test_taken_key_leaves_the_environment() -> None:
    done = subprocess.run([sys.executable, "-I", "-c", PROGRAM], env={"PLANTED_KEY": "sk-planted"}, text=True,
                          capture_output=True, check=True)  # fmt: skip
    assert done.stdout.split() == ["True", "sk-planted", "None", "False"]


def test_missing_key_is_none() -> None:
    assert take("NO_SUCH_KEY", {}) is None


def test_systemd_credential_is_a_key(tmp_path: Path) -> None:
    (tmp_path / "planted_key").write_text("sk-planted\n")
    assert key("PLANTED_KEY", {"CREDENTIALS_DIRECTORY": str(tmp_path)}) == "sk-planted"


def test_variable_goes_before_credential(tmp_path: Path) -> None:
    (tmp_path / "planted_key").write_text("from the file")
    given = {"CREDENTIALS_DIRECTORY": str(tmp_path), "PLANTED_KEY": "from the variable"}
    assert key("PLANTED_KEY", given) == "from the variable"
    assert "PLANTED_KEY" not in given


@pytest.mark.parametrize("text", ["", "\n", None])
def test_empty_credential_is_no_key(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "planted_key").write_text(text)
    assert key("PLANTED_KEY", {"CREDENTIALS_DIRECTORY": str(tmp_path)}) is None
    assert key("PLANTED_KEY", {}) is None


def test_unreadable_credential_is_named(tmp_path: Path) -> None:
    (tmp_path / "planted_key").write_bytes(b"\xff\xfe")
    with pytest.raises(RequestError, match="planted_key cannot be read"):
        key("PLANTED_KEY", {"CREDENTIALS_DIRECTORY": str(tmp_path)})


def test_doctor_sees_a_credential(operator: Path, tmp_path: Path) -> None:
    words = ("doctor", "--json", "--repository", str(operator), "--model", "anthropic/m")
    says = []
    for text in ("", "sk-planted"):
        (tmp_path / "anthropic_api_key").write_text(text)
        done = heirloom(*words, CREDENTIALS_DIRECTORY=str(tmp_path), ANTHROPIC_API_KEY="")
        says.append({one["name"]: one for one in json.loads(done.stdout)["findings"]}["model"])
        assert "sk-planted" not in done.stdout + done.stderr
    assert [one["fine"] for one in says] == [False, True], says
