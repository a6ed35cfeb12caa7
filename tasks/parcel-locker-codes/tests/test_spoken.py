import pytest
from locker.code import spoken
from locker.ticket import ticket


@pytest.mark.parametrize("code, expected", [
    ("", ""), (" - ", ""), ("7", "7"), ("ab", "A B"), ("abc", "A B C"), ("abcd", "A - B C D"), ("12345", "1 2 - 3 4 5"),
    ("123-456", "1 2 3 - 4 5 6"), ("98", "9 8"), ("a-b c\td e", "A B - C D E"),
    ("1234567890", "1 - 2 3 4 - 5 6 7 - 8 9 0"), ("éa", "É A"),
])
def test_groups(code, expected):
    assert spoken(code) == expected


def test_ticket_says_code():
    assert ticket("Bo", "7f 3-k") == "For: Bo\nCode: 7f3k\nSay: 7 - F 3 K"
    assert ticket("Bo", "1x2y3z") == "For: Bo\nCode: 1x2y3z\nSay: 1 X 2 - Y 3 Z"
