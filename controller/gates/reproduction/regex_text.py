"""A text that a regular expression describes, read off its syntax tree. Pure.

Nothing is matched: the expression is a candidate's, and one that matches for ever would hold the controller.
"""

import re
import string
from collections.abc import Iterator
from re import _constants as words  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from controller.errors import HeirloomError

LONGEST_PATTERN = 1_000
MOST_NODES = 20_000  # parts of a pattern that are written, characters of repeated groups among them
STRETCHES = (0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)  # how often more than needed what may repeat does
LETTERS = string.ascii_lowercase + string.digits + string.ascii_uppercase + " -_." + string.punctuation
CATEGORIES = {
    words.CATEGORY_DIGIT: string.digits, words.CATEGORY_NOT_DIGIT: string.ascii_letters,
    words.CATEGORY_SPACE: " ", words.CATEGORY_NOT_SPACE: string.ascii_letters + string.digits,
    words.CATEGORY_WORD: string.ascii_letters + string.digits, words.CATEGORY_NOT_WORD: " -.",
}  # fmt: skip


class NoText(HeirloomError):
    """No text can be made of it; the message says why."""


def text_of(pattern: str, least: int, most: int, word: str) -> str:
    """A text of `least` to `most` characters; what may be any letter is taken from `word`. Raises NoText."""
    if len(pattern) > LONGEST_PATTERN:
        raise NoText("it is too long")
    try:
        tree = parser.parse(pattern)
        writer = Writer(word, max(most, 1))
        for stretch in STRETCHES:
            made = writer.anew(stretch).write(tree)
            if least <= len(made) <= most:
                return made
    except (re.error, RecursionError, OverflowError) as error:
        raise NoText(f"it cannot be read ({error})") from error
    raise NoText(f"no text of {least} to {most} characters was found")


class Writer:
    """Texts of one pattern, all of them together of a bounded number of parts."""

    def __init__(self, word: str, most: int) -> None:
        self._supply = word * (most // max(len(word), 1) + 2)
        self._left = MOST_NODES
        self._sets: dict[int, list[str]] = {}
        self.anew(0)

    def anew(self, stretch: int) -> "Writer":
        """Begin another text. `stretch`: how often more than needed what may repeat does."""
        self._letters: Iterator[str] = iter(self._supply)
        self._stretch = stretch
        self._groups: dict[int, str] = {}
        return self

    def write(self, tree: Any) -> str:
        """The text of a sequence."""
        self._spend(1)  # an empty one counts too: there may be billions
        return "".join(self._one(kind, value) for kind, value in tree)

    def _spend(self, parts: int) -> None:
        self._left -= parts
        if self._left < 0:
            raise NoText("it describes too long a text")

    def _one(self, kind: Any, value: Any) -> str:
        self._spend(1)
        if kind is words.LITERAL:
            return chr(value)
        if kind is words.AT:
            return ""
        if kind is words.ANY:
            return next(self._letters, "a")
        if kind is words.NOT_LITERAL:
            return self._drawn([char for char in LETTERS if ord(char) != value])
        if kind is words.IN:
            if id(value) not in self._sets:
                self._sets[id(value)] = allowed(value)
            return self._drawn(self._sets[id(value)])
        if kind is words.BRANCH:
            return self.write(value[1][0])
        if kind is words.SUBPATTERN:
            made = self._groups[value[0]] = self.write(value[3])
            return made
        if kind is words.GROUPREF:
            again = self._groups.get(value, "")
            self._spend(len(again))  # groups of groups double
            return again
        if kind in (words.MAX_REPEAT, words.MIN_REPEAT, words.POSSESSIVE_REPEAT):
            low, high, inner = value
            return "".join(self.write(inner) for _ in range(min(low + self._stretch, high)))
        raise NoText(f"{str(kind).lower()} is not understood")

    def _drawn(self, chars: list[str]) -> str:
        """A letter of ours where one fits."""
        if not chars:
            raise NoText("a set in it holds no character that we know")
        letter = next(self._letters, "a")
        if letter in chars:
            return letter
        return chars[0]


def allowed(members: Any) -> list[str]:
    """The characters of a set."""
    inside: set[str] = set()
    for kind, one in members:
        if kind is words.LITERAL:
            inside.add(chr(one))
        elif kind is words.RANGE:
            inside |= {chr(number) for number in range(one[0], min(one[1], one[0] + 256) + 1)}
        elif kind is words.CATEGORY:
            inside |= set(CATEGORIES.get(one, ""))
    if members and members[0][0] is words.NEGATE:
        return [char for char in LETTERS if char not in inside]
    return sorted(inside)
