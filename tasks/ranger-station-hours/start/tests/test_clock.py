from rangers.clock import minute_of


def test_times_are_read():
    assert minute_of("24:00") == 1440
