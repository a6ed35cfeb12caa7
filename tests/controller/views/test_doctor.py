"""What the doctor says of a machine that lacks something."""

import json

from controller.views.doctor import of_memory
from tests.controller.cli.test_bad_input import heirloom
from tests.controller.conftest import ROOT


def test_memory_that_one_life_could_use_up_is_named_with_the_next_step() -> None:
    found = of_memory(1024 * 2**20, 2048)
    assert not found.fine
    assert found.says == "1024 MiB, of which a life may use 2048: give the machine more, or set memory_mb lower"


def test_memory_that_holds_a_life_is_enough() -> None:
    assert of_memory(2048 * 2**20, 2048).fine


def test_doctor_looks_at_the_memory_of_this_machine() -> None:
    done = heirloom("doctor", "--json", "--repository", str(ROOT), HEIRLOOM_MEMORY_MB="999999999")
    found = {one["name"]: one for one in json.loads(done.stdout)["findings"]}
    assert not found["memory"]["fine"]
