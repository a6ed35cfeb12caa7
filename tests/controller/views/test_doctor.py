"""What the doctor says of a machine that lacks something."""

import json

from controller.views.doctor import of_calls, of_memory
from tests.controller.cli.test_bad_input import heirloom
from tests.controller.conftest import ROOT


def test_too_little_memory_names_the_remedy() -> None:
    found = of_memory(1024 * 2**20, 2048)
    assert not found.fine
    assert found.says == "1024 MiB, of which a life may use 2048: give the machine more, or set memory_mb lower"


def test_memory_for_one_life_is_enough() -> None:
    assert of_memory(2048 * 2**20, 2048).fine


def test_unfiltered_calls_are_named() -> None:
    assert of_calls("aarch64").fine
    found = of_calls("riscv64")
    assert not found.fine
    assert "no filter is made for riscv64" in found.says


def test_doctor_measures_this_machine() -> None:
    done = heirloom("doctor", "--json", "--repository", str(ROOT), HEIRLOOM_MEMORY_MB="999999999")
    found = {one["name"]: one for one in json.loads(done.stdout)["findings"]}
    assert not found["memory"]["fine"]
