from datetime import date

import pytest

from herbarium.labels import label, place
from herbarium.sheet import Sheet


@pytest.mark.parametrize(
    ("latitude", "longitude", "text"),
    [
        (47.12345, -8.5, "47°07'24\"N 008°30'00\"W"),
        (0, 0, "00°00'00\"N 000°00'00\"E"),
        (-0.0, -0.0, "00°00'00\"N 000°00'00\"E"),
        (-0.0001, 0.0001, "00°00'00\"N 000°00'00\"E"),
        (-0.00015, -0.00015, "00°00'01\"S 000°00'01\"W"),
        (90, 180, "90°00'00\"N 180°00'00\"E"),
        (-90, -180.0, "90°00'00\"S 180°00'00\"E"),
        (9.99999, 99.99999, "10°00'00\"N 100°00'00\"E"),
        (-59.99986, 7.99, "59°59'59\"S 007°59'24\"E"),
        (0.0166666, -0.99999, "00°01'00\"N 001°00'00\"W"),
        (1.000125, -1.000125, "01°00'00\"N 001°00'00\"W"),
        (0.03125, -0.03125, "00°01'53\"N 000°01'53\"W"),
        (-33.8568, 151.2153, "33°51'24\"S 151°12'55\"E"),
        (0.5, 12, "00°30'00\"N 012°00'00\"E"),
    ],
)
def test_place(latitude, longitude, text):
    assert place(latitude, longitude) == text


@pytest.mark.parametrize(("latitude", "longitude"), [(90.001, 0), (-91, 0), (0, 180.5), (0, -181)])
def test_no_place(latitude, longitude):
    with pytest.raises(ValueError):
        place(latitude, longitude)


def test_label():
    day = date(1987, 4, 9)
    assert label(Sheet("Viola alba", "R. Meer", day)) == "Viola alba\nR. Meer, 9.4.1987"
    assert label(Sheet("Viola alba", "R. Meer", day, (47, 8.25))) == "Viola alba\nR. Meer, 9.4.1987\n47°00'00\"N 008°15'00\"E"
    assert label(Sheet("V.", "M.", day, (0, 0))) == "V.\nM., 9.4.1987\n00°00'00\"N 000°00'00\"E"


def test_label_of_a_wrong_place():
    with pytest.raises(ValueError):
        label(Sheet("V.", "M.", date(1987, 4, 9), (91, 0)))
