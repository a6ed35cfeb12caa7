import pytest
from station.feed import Reading, read_feed
from station.month import summary


@pytest.mark.parametrize("text, value", [("-", None), ("", None), (" - ", None), ("  ", None), ("-0", 0.0), ("-7.25", -7.25),
                                         (" 3", 3.0), ("0", 0.0)])
def test_value(text, value):
    assert read_feed([f"A;3;{text};1.5\n"]) == [Reading("A", 3, value, 1.5)]
    assert read_feed([f"A;3;1.5;{text}\n"]) == [Reading("A", 3, 1.5, value)]


@pytest.mark.parametrize("text", ["n/a", "--", "- -", "1-", "x"])
def test_garbage_raises(text):
    with pytest.raises(ValueError):
        read_feed([f"A;3;{text};1.5\n"])


def test_summary_leaves_missing_out():
    readings = read_feed(["A;1;-;-", "A;2;4;-", "A;3;1;2", "B;1;-;", "C;1;0;0.5", "C;2;;0.25"])
    assert summary(readings) == {"A": (2.5, 2.0), "B": (None, 0.0), "C": (0.0, 0.75)}
