"""Bytes to messages."""

from gauge.check import Bad, check


def unpack(data):
    """The message of some bytes. Raises Bad."""
    if len(data) < 2:
        raise Bad("too short")
    if check(data[:-1]) != data[-1]:
        raise Bad("wrong check")
    body = data[1:-1]
    if data[0] == 1:
        if len(body) != 4:
            raise Bad("level: wrong length")
        message = {"kind": "level"}
        message["station"] = int.from_bytes(body[0:2], "big")
        message["millimetres"] = int.from_bytes(body[2:4], "big", signed=True)
    elif data[0] == 2:
        if len(body) != 5:
            raise Bad("flow: wrong length")
        message = {"kind": "flow"}
        message["station"] = int.from_bytes(body[0:2], "big")
        message["litres"] = int.from_bytes(body[2:5], "big")
    elif data[0] == 3:
        if len(body) != 5:
            raise Bad("battery: wrong length")
        message = {"kind": "battery"}
        message["station"] = int.from_bytes(body[0:2], "big")
        message["millivolts"] = int.from_bytes(body[2:4], "little")
        if body[4] != 255:
            message["percent"] = body[4]
    elif data[0] == 4:
        if len(body) < 3:
            raise Bad("name: wrong length")
        if len(body) != 3 + body[2]:
            raise Bad("name: wrong length")
        message = {"kind": "name"}
        message["station"] = int.from_bytes(body[0:2], "big")
        try:
            message["text"] = body[3:].decode("utf-8")
        except UnicodeDecodeError:
            message["text"] = body[3:].decode("latin-1")
    elif data[0] == 5:
        if len(body) != 3:
            raise Bad("alarm: wrong length")
        message = {"kind": "alarm"}
        message["station"] = int.from_bytes(body[0:2], "big")
        message["level"] = body[2] % 8
    elif data[0] == 9:
        if len(body) > 1:
            raise Bad("hello: wrong length")
        message = {"kind": "hello"}
        if len(body) == 1:
            message["version"] = body[0]
        else:
            message["version"] = 1
    else:
        raise Bad("unknown kind " + str(data[0]))
    return message
