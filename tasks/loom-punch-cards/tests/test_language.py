import pytest
from loom.draft import DraftError, read


def shown(text):
    return " ".join("".join(map(str, card)) or "-" for card in read(text))


@pytest.mark.parametrize("text, expected", [
    ("", ""), ("lift 3 1\nrest\nlift 12", "13 - 12"), ("lift 1; rest;; ;lift 2;", "1 - 2"), ("# lift 1; lift 2\n lift 4#x", "4"),
    ("repeat 3 { lift 1; rest }", "1 - 1 - 1 -"), ("repeat 0 { lift 1 } lift 2", "2"), ("repeat 2{lift 1}rest", "1 1 -"),
    ("repeat 2 {\nlift 1\nrest}", "1 - 1 -"),
    ("repeat 2 { repeat 2 { lift 1 } lift 2 }", "1 1 2 1 1 2"), ("mirror { lift 1; lift 2; lift 3 }", "1 2 3 2 1"),
    ("mirror { }", ""), ("mirror { lift 7 }", "7"), ("mirror { mirror { lift 1; lift 2 } rest }", "1 2 1 - 1 2 1"),
    ("mirror { lift 1; lift 2 }", "1 2 1"), ("shafts 4; invert { lift 1 3; rest; lift 1 2 3 4 }", "24 1234 -"),
    ("shafts 3\ninvert { invert { lift 2 } lift 2 }", "2 13"), ("shafts 10; lift 10 9", "910"),
    ("block a { lift 1; rest }\nuse a; use a", "1 - 1 -"), ("block a_1 { lift 1 } block _b { use a_1; lift 2 } use _b", "1 2"),
    ("block a { } use a", ""), ("block a { lift 1 }", ""), ("block A { lift 1 } block a { lift 2 } use a; use A", "2 1"),
    ("shafts 2; block b { invert { lift 1 } } repeat 2 { use b }", "2 2"), ("block lift { rest } use lift", "-"),
    ("block x { lift 1 }\nshafts 3\nuse x", None), ("repeat 02 { rest }", "- -"),
])
def test_drafts(text, expected):
    if expected is None:
        with pytest.raises(DraftError):
            read(text)
    else:
        assert shown(text) == expected


@pytest.mark.parametrize("text, line", [
    ("lift 1\nlift", 2), ("\nlift 0", 2), ("lift 1 x", 1), ("lift -1", 1), ("lift 1 2 1", 1), ("rest 1", 1), ("rest\nraise 1", 2),
    ("lift 1\n\nrepeat { rest }", 3), ("repeat x { rest }", 1), ("repeat -1 { rest }", 1), ("rest\nrepeat 2\n", 2),
    ("repeat 2 {\nrest\n", 1), ("rest\nmirror {\n repeat 2 {\nrest }\n", 2), ("rest\n}\n", 2), ("rest\n\nuse a", 3),
    ("use", 1), ("use a\nblock a { rest }", 1), ("block a {\nuse a }", 2), ("block a { rest }\nblock a { rest }", 2),
    ("block 1a { rest }", 1), ("repeat 1 {\nblock a { rest } }", 2), ("rest\nblock a rest", 2), ("mirror 2 { rest }", 1),
    ("invert {\nrest }", 1), ("rest\nshafts 4", 2), ("shafts 4\nshafts 4", 2), ("shafts 0", 1), ("shafts", 1), ("shafts four", 1),
    ("repeat 1 {\nshafts 4 }", 2), ("shafts 4\nrest\nlift 5", 3), ("shafts 4 4", 1), ("\n{ rest }", 2), ("use a-b", 1),
    ("block a { rest }\nuse a a", 2), ("repeat 2 { lift 1 2\n\n3 }", 3), ("mirror", 1), ("lift ²", 1), ("lift 1.5", 1),
    ("block b { rest }\nshafts 2", 2), ("repeat 0 {\nlift 1 1 }", 2), ("block", 1), ("lift 1 }", 1),
])
def test_errors_name_line(text, line):
    with pytest.raises(ValueError) as caught:
        read(text)
    assert isinstance(caught.value, DraftError)
    assert caught.value.line == line
