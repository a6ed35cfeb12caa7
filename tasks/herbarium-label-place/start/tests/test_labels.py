from datetime import date

from herbarium.labels import label
from herbarium.sheet import Sheet


def test_label():
    assert label(Sheet("Viola alba", "R. Meer", date(1987, 4, 9))) == "Viola alba\nR. Meer, 9.4.1987"
