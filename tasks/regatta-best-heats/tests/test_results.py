import os
from pathlib import Path

TESTS = Path(os.environ["HEIRLOOM_TESTS"])


def lines():
    return Path("results.tsv").read_bytes().decode("utf-8").split("\n")


def test_header():
    assert lines()[0] == "place\tbib\tcrew\tbest"


def test_winner():
    assert lines()[1] == "1\t17\tClyde 7b\t6:20.42"


def test_count():
    assert len(lines()) == 64


def test_last():
    assert lines()[-2] == "62\t12\tClyde 1b\t7:53.41"


def test_all():
    assert Path("results.tsv").read_bytes() == (TESTS / "expected.tsv").read_bytes()
