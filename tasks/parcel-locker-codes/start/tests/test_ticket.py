from locker.code import clean
from locker.ticket import ticket


def test_code_is_cleaned():
    assert clean(" 4-0 b") == "40b"
    assert ticket("Ann", "4-0").startswith("For: Ann\nCode: 40")
