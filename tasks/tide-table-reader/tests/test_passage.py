import pytest
from tides.plan import next_high, passage
from tides.table import Tide, read_table

TABLE = "00:05 low 0.4\n05:50 high 5.1\n# x\n\n12:00 low 0.6\n18:01 high 5.0\n23:59 low 0.7\n"


def heights(depart, arrive, table=TABLE):
    return [tide.height for tide in passage(read_table(table), depart, arrive)]


@pytest.mark.parametrize("depart, arrive, expected", [
    ("00:05", "05:50", [0.4, 5.1]),
    ("00:06", "05:49", []),
    ("05:50", "05:50", [5.1]),
    ("05:51", "12:00", [0.6]),
    ("00:00", "23:59", [0.4, 5.1, 0.6, 5.0, 0.7]),
    ("12:01", "18:00", []),
    ("12:00", "18:01", [0.6, 5.0]),
    ("23:59", "23:59", [0.7]),
])
def test_both_ends_belong(depart, arrive, expected):
    assert heights(depart, arrive) == expected


def test_late_departure_raises():
    with pytest.raises(ValueError, match="11:59"):
        passage(read_table(TABLE), "12:00", "11:59")


def test_order_is_by_time():
    assert heights("00:00", "12:00", "11:00 high 2\n10:00 low 1\n12:00 low 3\n") == [1.0, 2.0, 3.0]


def test_next_high_is_strictly_after():
    tides = read_table(TABLE)
    assert next_high(tides, "05:49") == Tide(350, "high", 5.1)
    assert next_high(tides, "05:50") == Tide(1081, "high", 5.0)
    assert next_high(tides, "00:01").minute == 350
    assert next_high(tides, "18:01") is None
