import pytest
from observatory.query import QueryError, find, names

ROWS = [
    {"n": 0, "target": "M 31", "seconds": 60, "filter": "R", "note": ""},
    {"n": 1, "target": "m 31 halo", "seconds": 5.5, "filter": "H alpha"},
    {"n": 2, "target": "Vega", "seconds": -10, "note": "cloud \"thin\" \\"},
    {"n": 3, "target": "60", "filter": "V", "seconds": "many"},
    {"n": 4, "moon": 0, "note": "and"},
]


@pytest.mark.parametrize("text, expected", [
    ("", "01234"), ("  ", "01234"), ('target = "M 31"', "0"), ("target = Vega", "2"), ("seconds >= 60", "0"), ("seconds > 60", ""),
    ("seconds<60", "12"), ("seconds <= 5.5", "12"), ("seconds < 5.5", "2"), ("seconds = -10", "2"), ("seconds=60.0", "0"),
    ("target = 60", ""), ('target = "60"', "3"), ("target != 60", "0123"), ('seconds != "60"', "0123"), ("seconds != 60", "123"),
    ("seconds > a", "3"), ('filter in [R, "H alpha"]', "01"), ("seconds in [60, many]", "03"), ("filter not in [R]", "13"),
    ("not filter in [R]", "1234"), ("not filter not in [R]", "024"), ("seconds in [60]", "0"), ("seconds not in [\"60\"]", "0123"),
    ("target ~ \"m 31\"", "01"), ("target ~ VEGA", "2"), ("seconds ~ a", "3"), ("note ~ \"\"", "024"), ("seconds ~ \"6\"", ""),
    ("note", "24"), ("moon", ""), ("not note", "013"), ("not not note", "24"), ("n", "1234"), ("nothing", ""), ("filter", "013"),
    ("n = 0 or n = 1 and n = 2", "0"), ("n = 0 and n = 1 or n = 2", "2"), ("(n = 0 or n = 1) and n = 1", "1"),
    ("not n = 0 and n < 2", "1"), ("not (n = 0 and n < 2)", "1234"), ("not n = 0 or n = 0", "01234"), ("n=1 OR n=2", "12"), ("NOT(n=1)AND n IN[1,2,3]", "23"), ("((n=3))", "3"),
    ('note = "cloud \\"thin\\" \\\\"', "2"), ('note = "and"', "4"), ("order = 1 or notable or android", ""), ("n in [1 , -1,4.0]", "14"),
    ("n > 0 and n < 4 and n != 2", "13"), ("n = 1 or n = 2 or n = 3", "123"), ("seconds > 5 and seconds < 6", "1"), ("n\n=\t1", "1"),
])
def test_questions(text, expected):
    assert "".join(str(row["n"]) for row in find(ROWS, text)) == expected
    assert all(row in ROWS for row in find(iter(ROWS), text))


@pytest.mark.parametrize("text, position", [
    ("n =", 3), ("n = = 1", 4), ("= 1", 0), ("n = 1 n", 6), ("(n = 1", 6), ("n = 1)", 5), ("and", 0), ("n and", 5), ("n = and", 4),
    ("n and or n", 6), ("not", 3), ("n in 1", 5), ("n in []", 6), ("n in [1", 7), ("n in [1,]", 8), ("n in [1 2]", 8), ("n not 1", 6),
    ("n not in", 8), ('n = "x', 4), ('n = "x\\"', 4), ("n = 1 & m", 6), ("n ! 1", 2), ("n ~ 5", 4), ("n = -", 4), ("n = 1.", 5),
    ("5 = 5", 0), ('"n" = 5', 0), ("n = IN", 4), ("()", 1), ("n = 1 (m)", 6), ("n == 1", 3), ("n in (1)", 5), ("n = (1)", 4),
    ("n = 5x", 5), ("_n = 1", 0), ("n ~", 3), ("  n = ", 6), ("n = é", 4), ("n in [m ~", 8),
])
def test_errors_have_position(text, position):
    with pytest.raises(ValueError) as caught:
        find([], text)
    assert isinstance(caught.value, QueryError)
    assert caught.value.position == position
    with pytest.raises(QueryError):
        names(text)


def test_names_in_order():
    assert names("b = a and (not c or b in [d]) or x ~ y or B") == ["b", "c", "x", "B"]
    assert names(" ") == []


def test_deep_questions():
    text = " or ".join(f"n = {number}" for number in range(3, 400))
    assert [row["n"] for row in find(ROWS, text)] == [3, 4]
    assert len(find(ROWS, "(" * 60 + "n" + ")" * 60)) == 4
