"""Keeps the provider's key from coming back: what a provider answers passes here, and the key in it is replaced."""

import base64
import json

PLACEHOLDER = b"[the key]"
SHORTEST = 12  # characters; a shorter key keeps nobody out, and may be a word of any text ("ollama", "none")
BASE64_START = (0, 2, 3)  # the first character of base64 that depends on nothing before, by how many bytes came before


class Redaction:
    """A key, in each form in which a server may echo it: as it is, as JSON writes it, inside base64."""

    def __init__(self, key: str | None) -> None:
        self._forms: tuple[bytes, ...] = ()
        if key is not None and len(key) >= SHORTEST:
            self._forms = forms(key)
        self._longest = max(map(len, self._forms), default=1)

    def redact(self, data: bytes) -> bytes:
        """The same without the key."""
        for form in self._forms:
            data = data.replace(form, PLACEHOLDER)
        return data

    def held_back(self, data: bytes) -> int:
        """How many of the last bytes may be the beginning of the key: only what comes next will tell."""
        for size in range(min(self._longest - 1, len(data)), 0, -1):
            ending = data[-size:]
            if any(form.startswith(ending) for form in self._forms):
                return size
        return 0


class StreamRedaction:
    """Replaces a key in a stream, wherever it is cut; nothing else is held back."""

    def __init__(self, redaction: Redaction) -> None:
        self._redaction, self._held = redaction, b""

    def feed(self, chunk: bytes) -> bytes:
        """What can go on."""
        data = self._redaction.redact(self._held + chunk)
        size = len(data) - self._redaction.held_back(data)
        self._held = data[size:]
        return data[:size]

    def rest(self) -> bytes:
        """What was held back, at the stream's end."""
        held, self._held = self._held, b""
        return held


def forms(key: str) -> tuple[bytes, ...]:
    """What to look for; of base64, what is the same wherever in a text the key stands."""
    raw = key.encode()
    found = {raw, json.dumps(key)[1:-1].encode()}
    for before, start in enumerate(BASE64_START):
        end = (before + len(raw)) * 8 // 6
        coded = base64.b64encode(bytes(before) + raw)[start:end]
        found.add(coded)
        found.add(coded.replace(b"+", b"-").replace(b"/", b"_"))
    return tuple(sorted(found, key=len, reverse=True))
