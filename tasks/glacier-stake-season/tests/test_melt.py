import os
from pathlib import Path

TESTS = Path(os.environ["HEIRLOOM_TESTS"])


def answer():
    return Path("melt.csv").read_bytes().decode("utf-8")


def test_header():
    assert answer().split("\n")[0] == "stake,first,last,melt_cm"


def test_count():
    assert answer().count("\n") == 25


def test_a_stake():
    assert answer().split("\n")[7] == "G07,2036-05-02,2036-09-28,188.0"


def test_all():
    assert answer() == (TESTS / "expected.csv").read_text("utf-8")


def test_input_is_left_alone():
    assert Path("stakes.csv").read_bytes() == (TESTS / "stakes.csv").read_bytes()
