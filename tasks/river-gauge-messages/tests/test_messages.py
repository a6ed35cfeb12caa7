import pytest
from gauge.check import Bad, check
from gauge.pack import pack
from gauge.unpack import unpack


def closed(*body):
    return bytes(body) + bytes([check(bytes(body))])


SAME = [
    ({"kind": "level", "station": 513, "millimetres": 32767}, (1, 2, 1, 127, 255)),
    ({"kind": "level", "station": 0, "millimetres": -32768}, (1, 0, 0, 128, 0)),
    ({"kind": "flow", "station": 65535, "litres": 66051}, (2, 255, 255, 1, 2, 3)),
    ({"kind": "flow", "station": 1, "litres": 16777215}, (2, 0, 1, 255, 255, 255)),
    ({"kind": "flow", "station": 1, "litres": 0}, (2, 0, 1, 0, 0, 0)),
    ({"kind": "battery", "station": 772, "millivolts": 258, "percent": 0}, (3, 3, 4, 2, 1, 0)),
    ({"kind": "battery", "station": 772, "millivolts": 65535}, (3, 3, 4, 255, 255, 255)),
    ({"kind": "battery", "station": 7, "millivolts": 0, "percent": 254}, (3, 0, 7, 0, 0, 254)),
    ({"kind": "name", "station": 9, "text": "Wé"}, (4, 0, 9, 3, 87, 195, 169)),
    ({"kind": "name", "station": 9, "text": ""}, (4, 0, 9, 0)),
    ({"kind": "name", "station": 9, "text": "x" * 20}, (4, 0, 9, 20, *[120] * 20)),
    ({"kind": "alarm", "station": 300, "level": 7}, (5, 1, 44, 7)),
    ({"kind": "alarm", "station": 300, "level": 0}, (5, 1, 44, 0)),
    ({"kind": "hello", "version": 255}, (9, 255)),
    ({"kind": "hello", "version": 0}, (9, 0)),
]


@pytest.mark.parametrize("message, body", SAME)
def test_there_and_back(message, body):
    assert pack(message) == closed(*body)
    assert list(unpack(closed(*body)).items()) == list(message.items())
    assert pack({**dict(reversed(message.items())), "more": 1}) == closed(*body)


@pytest.mark.parametrize("message, body", [
    ({"kind": "hello"}, (9, 1)), ({"kind": "battery", "station": 1, "millivolts": 2, "percent": 255}, (3, 0, 1, 2, 0, 255)),
    ({"kind": "hello", "station": 70000}, (9, 1)),
])
def test_packed_only(message, body):
    assert pack(message) == closed(*body)


@pytest.mark.parametrize("body, message", [
    ((9,), {"kind": "hello", "version": 1}), ((5, 0, 1, 8), {"kind": "alarm", "station": 1, "level": 0}),
    ((5, 0, 1, 255), {"kind": "alarm", "station": 1, "level": 7}), ((4, 0, 1, 2, 87, 233), {"kind": "name", "station": 1, "text": "Wé"}),
    ((4, 0, 1, 30, *[97] * 30), {"kind": "name", "station": 1, "text": "a" * 30}),
])
def test_unpacked_only(body, message):
    assert unpack(closed(*body)) == message


@pytest.mark.parametrize("message, text", [
    ({}, "unknown kind None"), ({"kind": "tide"}, "unknown kind tide"), ({"kind": 1}, "unknown kind 1"),
    ({"kind": "level"}, "level: no station"), ({"kind": "level", "station": 1}, "level: no millimetres"),
    ({"kind": "level", "station": -1}, "level: station out of range"),
    ({"kind": "level", "station": 65536, "millimetres": 99999}, "level: station out of range"),
    ({"kind": "level", "station": 5, "millimetres": 32768}, "level: millimetres out of range"),
    ({"kind": "level", "station": 5, "millimetres": -32769}, "level: millimetres out of range"),
    ({"kind": "level", "millimetres": 1}, "level: no station"),
    ({"kind": "flow", "station": 5}, "flow: no litres"), ({"kind": "flow", "station": 5, "litres": 1 << 24}, "flow: litres out of range"),
    ({"kind": "flow", "station": 5, "litres": -1}, "flow: litres out of range"),
    ({"kind": "battery", "station": 5, "percent": 300}, "battery: no millivolts"),
    ({"kind": "battery", "station": 5, "millivolts": 65536, "percent": 300}, "battery: millivolts out of range"),
    ({"kind": "battery", "station": 5, "millivolts": 1, "percent": 256}, "battery: percent out of range"),
    ({"kind": "battery", "station": 5, "millivolts": 1, "percent": -1}, "battery: percent out of range"),
    ({"kind": "name", "text": "x" * 21}, "name: no station"), ({"kind": "name", "station": 5}, "name: no text"),
    ({"kind": "name", "station": 5, "text": "é" * 10 + "x"}, "name: text too long"),
    ({"kind": "name", "station": 65536, "text": "x" * 30}, "name: station out of range"),
    ({"kind": "alarm", "station": 5, "level": 8}, "alarm: level out of range"), ({"kind": "alarm", "level": 1}, "alarm: no station"),
    ({"kind": "alarm", "station": 5, "level": -1}, "alarm: level out of range"), ({"kind": "alarm", "station": 5}, "alarm: no level"),
    ({"kind": "hello", "version": 256}, "hello: version out of range"), ({"kind": "hello", "version": -1}, "hello: version out of range"),
])
def test_pack_raises(message, text):
    with pytest.raises(Bad) as caught:
        pack(message)
    assert str(caught.value) == text


@pytest.mark.parametrize("data, text", [
    (b"", "too short"), (b"\x09", "too short"), (b"\x09\x08", "wrong check"), (b"\x00\x01", "wrong check"), (closed(0), "unknown kind 0"),
    (closed(6, 0, 1), "unknown kind 6"), (closed(255), "unknown kind 255"), (closed(9, 1, 1), "hello: wrong length"),
    (closed(4, 0, 1), "name: wrong length"), (closed(4), "name: wrong length"), (closed(4, 0, 1, 2, 65), "name: wrong length"),
    (closed(4, 0, 1, 0, 65), "name: wrong length"), (bytes([2, 0, 0, 9]), "wrong check"),
    *[(closed(number, *[0] * count), f"{kind}: wrong length") for number, kind, size in (
        (1, "level", 4), (2, "flow", 5), (3, "battery", 5), (5, "alarm", 3)) for count in (0, size - 1, size + 1)],
])
def test_unpack_raises(data, text):
    with pytest.raises(Bad) as caught:
        unpack(data)
    assert str(caught.value) == text
