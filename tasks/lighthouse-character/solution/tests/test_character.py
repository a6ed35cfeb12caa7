import pytest

from lights import Character, CharacterError, is_lit, parse


@pytest.mark.parametrize(
    ("text", "kind", "group", "colour", "period"),
    [
        ("F", "F", 1, "W", None),
        ("F G", "F", 1, "G", None),
        ("Fl 10s", "Fl", 1, "W", 10.0),
        ("Fl(3) Y 7.5s", "Fl", 3, "Y", 7.5),
        ("Oc(2)   R    6s", "Oc", 2, "R", 6.0),
        ("  Iso W 4s  ", "Iso", 1, "W", 4.0),
        ("Fl(2) 2.5s", "Fl", 2, "W", 2.5),
        ("Oc 0.5s", "Oc", 1, "W", 0.5),
    ],
)
def test_parse(text, kind, group, colour, period):
    assert parse(text) == Character(kind, group, colour, period)


@pytest.mark.parametrize(
    "text",
    ["", "X 5s", "fl 5s", "FL 5s", "Fl", "Iso R", "F 5s", "F W 5s", "Fl 0s", "Fl(0) 5s", "Iso(2) 5s", "Iso(1) 5s", "F(2)",
     "Fl B 5s", "Fl W 5", "Fl(2) 2.4s", "Oc(2) 2.4s", "Oc(3) 4s", "Fl -5s", "Fl(2)W 10s", " Fl  9 "],
)  # fmt: skip
def test_refuses(text):
    with pytest.raises(CharacterError) as caught:
        parse(text)
    assert repr(text)[1:-1] in str(caught.value)
    assert isinstance(caught.value, ValueError)


def test_isophase():
    light = parse("Iso 4s")
    assert [is_lit(light, t) for t in (0, 1.99, 2, 3.9, 4, -1, -3)] == [True, True, False, False, True, False, True]


def test_flashing():
    light = parse("Fl(2) 10s")
    at = {0: True, 0.49: True, 0.5: False, 2: True, 2.4: True, 2.5: False, 4: False, 4.2: False, 10.1: True, -9.8: True, -0.2: False}
    assert {t: is_lit(light, t) for t in at} == at
    dark = parse("Oc(2) 10s")
    assert {t: not is_lit(dark, t) for t in at} == at


def test_fixed():
    assert is_lit(parse("F"), -3) and is_lit(parse("F"), 0)
