from tides.plan import next_high, passage
from tides.table import read_table

TABLE = """
# Kerrow, 3 May
12:30 high 4.4
06:12 low 0.9
18:20 low 1.1
"""


def test_tides_between_are_listed():
    found = passage(read_table(TABLE), "06:00", "13:00")
    assert [tide.minute for tide in found] == [372, 750]


def test_next_high_is_found():
    assert next_high(read_table(TABLE), "07:00").height == 4.4
