from gauge.pack import pack
from gauge.show import show
from gauge.unpack import unpack


def test_level_goes_and_comes():
    message = {"kind": "level", "station": 258, "millimetres": -3}
    assert pack(message) == bytes([1, 1, 2, 255, 253, 0])
    assert unpack(pack(message)) == message
    assert show(message) == "level: station=258 millimetres=-3"
