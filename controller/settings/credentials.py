"""The provider's key: read once, then no longer in our environment, where a child of the same user could read it."""

import ctypes
from collections.abc import MutableMapping
from pathlib import Path

from controller.errors import RequestError

CREDENTIALS = "CREDENTIALS_DIRECTORY"  # where systemd puts what LoadCredential= names (systemd.exec(5))


def key(name: str, environment: MutableMapping[str, str]) -> str | None:
    """A key: from its variable, else from the credential of that name (in small letters) that systemd handed us.

    Blanks are no key. Raises RequestError where a credential cannot be read.
    """
    if (value := (take(name, environment) or "").strip()) != "":
        return value
    folder = environment.get(CREDENTIALS)
    try:
        return Path(folder, name.lower()).read_text().strip() or None if folder else None
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError(f"the credential {name.lower()} cannot be read: {error}; see LoadCredential=") from error


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
