from lights import is_lit, parse


def test_fixed_light_shines():
    assert is_lit(parse("F R"), 3)


def test_flash():
    assert is_lit(parse("Fl W 10s"), 0)
    assert not is_lit(parse("Fl W 10s"), 5)
