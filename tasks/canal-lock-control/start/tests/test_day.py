from lock.day import run


def test_boat_goes_up():
    assert run(["open", "enter", "shut", "fill", "open", "level", "open", "leave"]) == ("high open", 0, 1)
