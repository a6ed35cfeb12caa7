"""The provider's key: read once, then no longer in our environment, where a child of the same user could read it."""

import ctypes
from collections.abc import MutableMapping


def take(name: str, environment: MutableMapping[str, str]) -> str | None:
    """The value of a variable, which is removed; in the memory behind /proc/self/environ it is overwritten."""
    value = environment.get(name)
    if value is not None:
        getenv = ctypes.CDLL(None).getenv
        getenv.restype = ctypes.c_void_p
        if place := getenv(name.encode()):
            ctypes.memset(place, 0, len(ctypes.string_at(place)))
        del environment[name]
    return value
