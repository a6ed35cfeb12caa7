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
    value = take(name, environment)
    if value and value.strip():
        return value.strip()
    folder = environment.get(CREDENTIALS)
    if not folder:
        return None
    return credential(Path(folder, name.lower()))


def credential(file: Path) -> str | None:
    """The text of a credential's file; None where there is none. Raises RequestError."""
    try:
        return file.read_text().strip() or None
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError(f"the credential {file.name} cannot be read: {error}; see LoadCredential=") from error


def take(name: str, environment: MutableMapping[str, str]) -> str | None:
    """The value of a variable, which is removed; in the memory behind /proc/self/environ it is overwritten."""
    value = environment.get(name)
    if value is None:
        return None
    getenv = ctypes.CDLL(None).getenv
    getenv.restype = ctypes.c_void_p
    if place := getenv(name.encode()):  # before it is removed, and not found any more
        ctypes.memset(place, 0, len(ctypes.string_at(place)))
    del environment[name]
    return value
