import pytest
from kiln.book import Full, Kiln


def test_kiln_is_booked():
    kiln = Kiln(4)
    key = kiln.book(1, 3, "glaze")
    with pytest.raises(Full):
        kiln.book(1, 1, "biscuit")
    kiln.leave(key)
    assert kiln.free(1) == 4
