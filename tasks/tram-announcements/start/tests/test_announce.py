from tram.announce import announce


def test_english_stop():
    assert announce("en", "Mill", ["2", "5"]) == ["The next stop is Mill. Change here for lines 2 and 5."]
