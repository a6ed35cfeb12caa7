"""Keeps the provider's key from coming back: what a provider answers passes here, and the key in it is blotted out."""

import base64
import json

BLOT = b"[the key]"
SHORTEST = 12  # characters; a shorter key keeps nobody out, and may be a word of any text ("ollama", "none")


class Secret:
    """A key, in each form in which a server may echo it: as it is, as JSON writes it, inside base64."""

    def __init__(self, key: str | None) -> None:
        self._forms = forms(key) if key is not None and len(key) >= SHORTEST else ()

    def hide(self, data: bytes) -> bytes:
        """The same without the key."""
        for form in self._forms:
            data = data.replace(form, BLOT)
        return data

    def begun(self, data: bytes) -> int:
        """How many of the last bytes may be the beginning of the key: only what comes next will tell."""
        longest = max(map(len, self._forms), default=1)
        sizes = range(min(longest - 1, len(data)), 0, -1)
        return next((n for n in sizes if any(form.startswith(data[-n:]) for form in self._forms)), 0)


class Hiding:
    """Hides a key in a stream, wherever it is cut; nothing else is held back."""

    def __init__(self, secret: Secret) -> None:
        self._secret, self._held = secret, b""

    def feed(self, chunk: bytes) -> bytes:
        """What can go on."""
        data = self._secret.hide(self._held + chunk)
        going = len(data) - self._secret.begun(data)
        self._held = data[going:]
        return data[:going]

    def rest(self) -> bytes:
        """What was held back, at the stream's end."""
        held, self._held = self._held, b""
        return held


def forms(key: str) -> tuple[bytes, ...]:
    """What to look for; of base64, what is the same wherever in a text the key stands."""
    raw = key.encode()
    found = {raw, json.dumps(key)[1:-1].encode()}
    for before in range(3):
        coded = base64.b64encode(bytes(before) + raw)[(0, 2, 3)[before] : (before + len(raw)) * 8 // 6]
        found |= {coded, coded.replace(b"+", b"-").replace(b"/", b"_")}
    return tuple(sorted(found, key=len, reverse=True))
