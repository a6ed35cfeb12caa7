from beach.notice import notice


def test_green_flag():
    assert notice("Sandwick", 45, 5, True) == (
        "GREEN FLAG at Sandwick: enjoy the water. Waves 0.4 m, wind 5 kn. A lifeguard is on duty.")
