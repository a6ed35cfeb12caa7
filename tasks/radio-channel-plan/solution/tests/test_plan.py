import pytest

from radio.plan import Channel, Clash, Plan, hertz


@pytest.mark.parametrize(
    ("text", "value"),
    [("145.5 MHz", 145500000), ("145.0125 MHz", 145012500), ("7,2khz", 7200), ("  1 GHZ ", 10**9), ("50Hz", 50), ("2.4000001 GHz", 2400000100),
     ("145.0000010 MHz", 145000001), ("9.000000001 GHz", 9000000001), ("1.001 kHz", 1001), ("4.35 kHz", 4350), ("1.1 MHz", 1100000),
     ("8.2 kHz", 8200), ("1.13 kHz", 1130), ("145.000007 MHz", 145000007), ("2.675 kHz", 2675), ("0.000000003 GHz", 3),
     ("1.000000007 GHz", 1000000007), ("1234567.890123457 GHz", 1234567890123457), ("9007199254740993 Hz", 9007199254740993)],
)  # fmt: skip
def test_hertz(text, value):
    assert hertz(text) == value


@pytest.mark.parametrize("text", ["", "145", "145 m", "MHz", "x MHz", "0 Hz", "-1 kHz", "1.5 Hz", "nan Hz", "inf kHz", "1.0005 kHz", "1 2 Hz"])
def test_hertz_refuses(text):
    with pytest.raises(ValueError):
        hertz(text)


def plan(guard=None):
    return Plan("100 kHz", "200 kHz", guard)


def test_band():
    for high in ("100 kHz", "99 kHz"):
        with pytest.raises(ValueError):
            Plan("100 kHz", high)
    band = plan()
    assert band.add("low", "105 kHz", "10 kHz") == Channel("low", 100000, 110000)
    assert band.add("high", "195 kHz", "10 kHz") == Channel("high", 190000, 200000)
    for centre in ("104.999 kHz", "195.001 kHz"):
        with pytest.raises(ValueError):
            plan().add("x", centre, "10 kHz")


def test_odd_width():
    assert plan().add("odd", "150 kHz", "3 Hz") == Channel("odd", 149998, 150002)


def test_touching():
    band = plan()
    band.add("b", "150 kHz", "10 kHz")
    band.add("a", "160 kHz", "10 kHz")
    band.add("c", "140 kHz", "10 kHz")
    assert [one.name for one in band.channels()] == ["c", "b", "a"]
    assert band.at("155 kHz").name == "b"
    assert band.at("165 kHz").name == "a"
    assert band.at("135 kHz").name == "c"
    assert band.at("134.999 kHz") is None and band.at("165001 Hz") is None
    with pytest.raises(Clash) as caught:
        band.add("d", "150 kHz", "30 kHz")
    assert caught.value.names == ["c", "b", "a"]
    with pytest.raises(ValueError):
        band.add("b", "180 kHz", "1 kHz")
    assert len(band.channels()) == 3


@pytest.mark.parametrize("side", [1, -1])
def test_guard(side):
    band = plan("5 kHz")
    band.add("b", "150 kHz", "10 kHz")
    with pytest.raises(Clash):
        band.add("a", f"{150000 + side * 14999} Hz", "10 kHz")
    assert band.add("a", f"{150000 + side * 15000} Hz", "10 kHz")


def test_move():
    band = plan()
    old = band.add("a", "120 kHz", "10 kHz")
    band.add("b", "150 kHz", "10 kHz")
    with pytest.raises(KeyError):
        band.move("x", "150 kHz")
    with pytest.raises(Clash):
        band.move("a", "150 kHz")
    assert band.channels()[0] == old
    with pytest.raises(ValueError):
        band.move("a", "101 kHz")
    assert band.channels()[0] == old
    assert band.move("a", "121 kHz") == Channel("a", 116000, 126000)
    assert band.move("a", "180 kHz") == Channel("a", 175000, 185000)
    assert [one.name for one in band.channels()] == ["b", "a"]
