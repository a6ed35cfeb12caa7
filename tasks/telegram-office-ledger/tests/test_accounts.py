import os
from pathlib import Path

EXPECTED = (Path(os.environ["HEIRLOOM_TESTS"]) / "expected.tsv").read_text("utf-8")


def text():
    return Path("accounts.tsv").read_bytes().decode("utf-8")


def test_dearest():
    assert text().split("\n")[1] == 'Żak\tTromsø\t6\t241\t25.21'


def test_header():
    assert text().split("\n")[0].split("\t") == ["sender", "to", "telegrams", "words", "price"]


def test_count():
    assert text().count("\n") == 58


def test_telegrams():
    assert sum(int(line.split("\t")[2]) for line in text().splitlines()[1:]) == 186


def test_all():
    assert text() == EXPECTED
