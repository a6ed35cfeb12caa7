"""The provider's key does not stay where a child could find it."""

import subprocess
import sys

from controller.keys import take
from tests.controller.conftest import ROOT

PROGRAM = f"""
import os, sys
sys.path.insert(0, {str(ROOT)!r})
from controller.keys import take
before = b"sk-planted" in open("/proc/self/environ", "rb").read()
print(before, take("PLANTED_KEY", os.environ), os.environ.get("PLANTED_KEY"),
      b"sk-planted" in open("/proc/self/environ", "rb").read())
"""


def test_a_key_that_was_taken_is_in_no_environment_any_more() -> None:
    done = subprocess.run([sys.executable, "-I", "-c", PROGRAM], env={"PLANTED_KEY": "sk-planted"}, text=True,
                          capture_output=True, check=True)  # fmt: skip
    assert done.stdout.split() == ["True", "sk-planted", "None", "False"]


def test_a_key_that_is_not_there_is_none() -> None:
    assert take("NO_SUCH_KEY", {}) is None
