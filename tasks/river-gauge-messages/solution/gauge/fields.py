"""What the messages are made of: name, bytes, order of bytes, lowest and highest value, what stands in for it."""

STATION = ("station", 2, "big", 0, 65535, None)
KINDS = {
    "level": (1, STATION, ("millimetres", 2, "big", -32768, 32767, None)),
    "flow": (2, STATION, ("litres", 3, "big", 0, 16777215, None)),
    "battery": (3, STATION, ("millivolts", 2, "little", 0, 65535, None), ("percent", 1, "big", 0, 255, 255)),
    "name": (4, STATION),
    "alarm": (5, STATION, ("level", 1, "big", 0, 7, None)),
    "hello": (9, ("version", 1, "big", 0, 255, 1)),
}
