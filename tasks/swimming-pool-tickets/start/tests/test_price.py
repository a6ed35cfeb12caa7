from pool.price import price


def test_singles_pay():
    assert price([3, 15, 16]) == 880
