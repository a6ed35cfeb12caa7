from datetime import date, datetime

import pytest

from apiary import Apiary, Day, OutOfOrder, Scale


def at(hour, minute=0, day=1):
    return datetime(2032, 6, day, hour, minute)


def filled(*readings, tare=0):
    scale = Scale("linden", tare)
    for moment, grams in readings:
        assert scale.read(moment, grams)
    return scale


def test_order():
    scale = filled((at(8), 100))
    for moment in (at(8), at(7)):
        with pytest.raises(OutOfOrder):
            scale.read(moment, 200)
    assert scale.days() == [Day(date(2032, 6, 1), 100, 100, 0)]
    assert issubclass(OutOfOrder, ValueError)


def test_faults():
    scale = filled((at(8), 0))
    assert not scale.read(at(9), -1)
    assert not scale.read(at(9), 200_001)
    assert scale.faults == 2
    assert scale.read(at(9), 200_000)
    assert scale.faults == 2
    assert scale.days() == [Day(date(2032, 6, 1), 0, 200_000, 200_000)]


@pytest.mark.parametrize(
    ("grams", "tare", "net"),
    [(12350, 0, 12.4), (12250, 0, 12.3), (12349, 0, 12.3), (1000, 1250, -0.3), (0, 350, -0.4), (20000, 15000, 5.0), (0, 200, -0.2)],
)
def test_net(grams, tare, net):
    assert filled((at(1), 5), (at(2), grams), tare=tare).net_kilograms() == net


def test_no_reading():
    scale = Scale("linden", 10)
    assert scale.net_kilograms() is None
    assert scale.days() == [] and scale.swarmed() == []


def test_days():
    scale = filled((at(6), 500), (at(20), 700), (at(0, 0, 2), 650), (at(9, 0, 2), 900), (at(9, 0, 5), 800), (at(10, 0, 5), 1000), tare=50)
    assert scale.days() == [
        Day(date(2032, 6, 1), 500, 700, 200),
        Day(date(2032, 6, 2), 650, 900, 200),
        Day(date(2032, 6, 5), 800, 1000, 100),
    ]


def test_swarm():
    scale = filled((at(10), 30000), (at(10, 30), 28500), (at(10, 40), 28000), (at(11, 10), 27001), (at(11, 20), 26500))
    assert scale.swarmed() == [at(10, 30)]
    assert scale.swarmed(1000, 40) == [at(10, 30), at(11, 10)]
    assert scale.swarmed(1500, 29) == []
    assert scale.swarmed(1501) == []


def test_swarm_from_peak():
    scale = filled((at(10), 30000), (at(10, 10), 31000), (at(10, 20), 29500), (at(10, 25), 29400))
    assert scale.swarmed() == [at(10, 20)]


def test_apiary():
    apiary = Apiary()
    for hive, grams in (("oak", 20_040), ("ash", 19_960), ("elm", 30_000)):
        apiary.scale(hive).read(at(5), grams)
    apiary.scale("yew"), apiary.scale("fir")
    assert apiary.ranking() == ["elm", "ash", "oak", "fir", "yew"]
    assert apiary.scale("oak") is apiary.scale("oak")
    assert apiary.scale("oak").hive == "oak"
    assert len(apiary.scale("oak").days()) == 1
    assert Apiary().ranking() == []
