"""Questions to the log."""

import operator
import re

TOKEN = re.compile(
    r'\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<number>-?[0-9]+(?:\.[0-9]+)?)|(?P<word>[A-Za-z][A-Za-z0-9_]*)'
    r"|(?P<mark>[!<>]=|[=<>~()\[\],]))",
    re.DOTALL,
)
KEYWORDS = ("and", "or", "not", "in")
COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


class QueryError(ValueError):
    """A question that cannot be read."""

    def __init__(self, position):
        super().__init__(f"cannot read the question from character {position} on")
        self.position = position


def tokens(text):
    """Triples of kind, value and position; last one of kind `end`."""
    found = []
    place = 0
    while text[place:].strip():
        match = TOKEN.match(text, place)
        if match is None:
            raise QueryError(len(text) - len(text[place:].lstrip()))
        kind = match.lastgroup
        word, begin = match[kind], match.start(kind)
        if kind == "word" and text[begin - 1 : begin].isdigit():
            raise QueryError(begin)
        if kind == "word" and word.lower() in KEYWORDS:
            kind, word = "mark", word.lower()
        found.append((kind, word, begin))
        place = match.end()
    return [*found, ("end", "", len(text))]


def alike(first, second):
    """Whether two values can be compared."""
    return isinstance(first, str) == isinstance(second, str)


def holds(row, name, sign, value):
    """Whether a comparison holds for a row."""
    if name not in row:
        return False
    own = row[name]
    if sign == "is":
        return own not in ("", 0)
    if sign in ("=", "in"):
        return own in value
    if sign in ("!=", "not in"):
        return own not in value
    if sign == "~":
        return isinstance(own, str) and value.lower() in own.lower()
    return alike(own, value) and COMPARE[sign](own, value)


class Reader:
    """Reads one question."""

    def __init__(self, text):
        self.tokens = tokens(text)
        self.names = []

    def take(self, *marks):
        """Take the next mark if it is one of these; tells which."""
        kind, word, _ = self.tokens[0]
        if kind == "mark" and word in marks:
            self.tokens.pop(0)
            return word
        return None

    def need(self, *kinds):
        """Take a token of one of these kinds or marks. Raises QueryError."""
        kind, word, position = self.tokens[0]
        if kind not in kinds and not (kind == "mark" and word in kinds):
            raise QueryError(position)
        self.tokens.pop(0)
        return kind, word

    def either(self):
        """What `or` joins."""
        parts = [self.both()]
        while self.take("or"):
            parts.append(self.both())
        return lambda row: any(part(row) for part in parts)

    def both(self):
        """What `and` joins."""
        parts = [self.single()]
        while self.take("and"):
            parts.append(self.single())
        return lambda row: all(part(row) for part in parts)

    def single(self):
        """One condition."""
        if self.take("not"):
            inner = self.single()
            return lambda row: not inner(row)
        if self.take("("):
            inner = self.either()
            self.need(")")
            return inner
        name = self.need("word")[1]
        if name not in self.names:
            self.names.append(name)
        sign = self.take("=", "!=", "~", "in", "not", *COMPARE)
        if sign is None:
            return lambda row: holds(row, name, "is", None)
        if sign == "not":
            self.need("in")
            sign = "not in"
        value = self.value(sign)
        return lambda row: holds(row, name, sign, value)

    def value(self, sign):
        """What stands behind a sign; of `=` and `in` a list."""
        if sign == "~":
            return self.one("word", "text")
        if sign not in ("in", "not in"):
            one = self.one("word", "text", "number")
            return [one] if sign in ("=", "!=") else one
        self.need("[")
        values = [self.one("word", "text", "number")]
        while self.take(","):
            values.append(self.one("word", "text", "number"))
        self.need("]")
        return values

    def one(self, *kinds):
        """One value."""
        kind, word = self.need(*kinds)
        if kind == "number":
            return float(word)
        if kind == "text":
            return re.sub(r"\\(.)", r"\1", word[1:-1], flags=re.DOTALL)
        return word


def read(text):
    """The condition and the names of a question. Raises QueryError."""
    reader = Reader(text)
    if len(reader.tokens) == 1:
        return lambda row: True, []
    condition = reader.either()
    reader.need("end")
    return condition, reader.names


def find(rows, text):
    """The rows for which a question holds. Raises QueryError."""
    condition, _ = read(text)
    return [row for row in rows if condition(row)]


def names(text):
    """The names of a question. Raises QueryError."""
    return read(text)[1]
