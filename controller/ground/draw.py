"""The operator's secret, by which held-out mutants are drawn: made once, its owner's alone, never in a room."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from controller.errors import RequestError

FILE = "ground-secret"
BYTES = 32
HELD_OUT, SELECT, CHAMPION = "held-out", "select", "champion"
# No mutant is in two: by one parents are chosen, by another the champion, and by the third is told what came of it
SPLITS = (HELD_OUT, SELECT, CHAMPION)


class Draw:
    """Draws by a secret: the same from the same, and nobody can tell what without it."""

    def __init__(self, secret: bytes, split: str = HELD_OUT) -> None:
        self._secret = secret
        self._split = split

    @property
    def name(self) -> str:
        """Which secret this is; it tells nothing of it."""
        return self._mark("which secret")[:16]

    def chosen(self, identities: Iterable[str], count: int) -> list[str]:
        """So many of these that are of its split, as if by lot.

        What is drawn from one set is, where it still stands, drawn from another.
        """
        own = [identity for identity in identities if self.split_of(identity) == self._split]
        return sorted(own, key=self._mark)[:count]

    def split_of(self, identity: str) -> str:
        """Which split a mutant is in: a third of all is in each, by lot."""
        return SPLITS[int(self._mark(f"split of {identity}")[:8], 16) % len(SPLITS)]

    def alias(self, identity: str) -> str:
        """What a mutant is called outside: by that name nobody finds it."""
        return self._mark(f"name of {identity}")[:20]

    def _mark(self, text: str) -> str:
        return hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()


def draw_of(state: Path, split: str = HELD_OUT) -> Draw:
    """The draw of a split, by an operator's state; its secret is made where there is none. Raises RequestError."""
    path = state / FILE
    try:
        if not path.exists():
            new = state / f"{FILE}.{os.getpid()}"
            new.touch(0o600)
            new.write_bytes(secrets.token_bytes(BYTES))
            try:
                os.link(new, path)  # whoever is second keeps the first one's
            except FileExistsError:
                pass
            finally:
                new.unlink()
        found = path.read_bytes()
    except OSError as error:
        raise RequestError(f"{path}: {error.strerror}; without it no mutant is drawn: mend its permissions") from error
    if len(found) != BYTES:
        raise RequestError(
            f"{path} holds {len(found)} bytes, not {BYTES}: it was altered. Put it back from a backup, or remove it: "
            "then others are drawn, and older results stand beside new ones as of other tasks"
        )
    return Draw(found, split)
