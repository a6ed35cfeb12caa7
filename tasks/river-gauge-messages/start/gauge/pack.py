"""Messages to bytes."""

from gauge.check import Bad, check


def pack(message):
    """The bytes of a message. Raises Bad."""
    kind = message.get("kind")
    if kind == "level":
        if "station" not in message:
            raise Bad("level: no station")
        if not 0 <= message["station"] <= 65535:
            raise Bad("level: station out of range")
        if "millimetres" not in message:
            raise Bad("level: no millimetres")
        if not -32768 <= message["millimetres"] <= 32767:
            raise Bad("level: millimetres out of range")
        data = bytes([1]) + message["station"].to_bytes(2, "big")
        data = data + message["millimetres"].to_bytes(2, "big", signed=True)
    elif kind == "flow":
        if "station" not in message:
            raise Bad("flow: no station")
        if not 0 <= message["station"] <= 65535:
            raise Bad("flow: station out of range")
        if "litres" not in message:
            raise Bad("flow: no litres")
        if not 0 <= message["litres"] <= 16777215:
            raise Bad("flow: litres out of range")
        data = bytes([2]) + message["station"].to_bytes(2, "big")
        data = data + message["litres"].to_bytes(3, "big")
    elif kind == "battery":
        if "station" not in message:
            raise Bad("battery: no station")
        if not 0 <= message["station"] <= 65535:
            raise Bad("battery: station out of range")
        if "millivolts" not in message:
            raise Bad("battery: no millivolts")
        if not 0 <= message["millivolts"] <= 65535:
            raise Bad("battery: millivolts out of range")
        percent = message.get("percent", 255)
        if not 0 <= percent <= 255:
            raise Bad("battery: percent out of range")
        data = bytes([3]) + message["station"].to_bytes(2, "big")
        data = data + message["millivolts"].to_bytes(2, "little")
        data = data + bytes([percent])
    elif kind == "name":
        if "station" not in message:
            raise Bad("name: no station")
        if not 0 <= message["station"] <= 65535:
            raise Bad("name: station out of range")
        if "text" not in message:
            raise Bad("name: no text")
        text = message["text"].encode("utf-8")
        if len(text) > 20:
            raise Bad("name: text too long")
        data = bytes([4]) + message["station"].to_bytes(2, "big")
        data = data + bytes([len(text)]) + text
    elif kind == "alarm":
        if "station" not in message:
            raise Bad("alarm: no station")
        if not 0 <= message["station"] <= 65535:
            raise Bad("alarm: station out of range")
        if "level" not in message:
            raise Bad("alarm: no level")
        if not 0 <= message["level"] <= 7:
            raise Bad("alarm: level out of range")
        data = bytes([5]) + message["station"].to_bytes(2, "big")
        data = data + bytes([message["level"]])
    elif kind == "hello":
        version = message.get("version", 1)
        if not 0 <= version <= 255:
            raise Bad("hello: version out of range")
        data = bytes([9]) + bytes([version])
    else:
        raise Bad("unknown kind " + str(kind))
    return data + bytes([check(data)])
