"""Drafts."""

import re

TOKEN = re.compile(r"#[^\n]*|[{};\n]|[^\s{};#]+")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
NUMBER = re.compile(r"[0-9]+")


class DraftError(ValueError):
    """A draft that cannot be read; `line` says where."""

    def __init__(self, line, what):
        super().__init__(f"line {line}: {what}")
        self.line = line


def tokens(text):
    """Pairs of a word, or mark, and its line."""
    line = 1
    found = []
    for match in TOKEN.finditer(text):
        word = match[0]
        if not word.startswith("#"):
            found.append((";" if word == "\n" else word, line))
        line += word == "\n"
    return found


class Reader:
    """Reads the statements of one draft."""

    def __init__(self, text):
        self.tokens = tokens(text)
        self.shafts = None
        self.blocks = {}
        self.begun = False

    def statements(self, opened=None):
        """The cards up to the end, or to the mark that closes the line `opened`."""
        cards = []
        while self.tokens:
            word, line = self.tokens.pop(0)
            if word == "}" and opened is not None:
                return cards
            if word != ";":
                cards += self.statement(word, line, opened is None)
        if opened is not None:
            raise DraftError(opened, "a { that is not closed")
        return cards

    def statement(self, word, line, top):
        """The cards of one statement."""
        words = []
        while self.tokens and self.tokens[0][0] not in ("{", "}", ";"):
            words.append(self.tokens.pop(0))
        if word in ("lift", "rest"):
            self.begun = True
            return [self.card(word, words, line)]
        if word == "use":
            name = self.only(words, NAME, line)
            if name not in self.blocks:
                raise DraftError(line, f"no block {name} stands before")
            return self.blocks[name]
        if word == "shafts" and top:
            if self.begun or self.shafts is not None:
                raise DraftError(line, "shafts must come first, and once")
            self.shafts = self.shaft(self.only(words, NUMBER, line), line)
            return []
        if word == "block" and top:
            name = self.only(words, NAME, line)
            if name in self.blocks:
                raise DraftError(line, f"a second block {name}")
            self.blocks[name] = self.body(line)
            return []
        return self.group(word, words, line)

    def group(self, word, words, line):
        """The cards of a statement with a body."""
        if word == "repeat":
            count = int(self.only(words, NUMBER, line))
            return self.body(line) * count
        if word not in ("mirror", "invert") or words:
            raise DraftError(line, f"cannot read {word}")
        if word == "mirror":
            cards = self.body(line)
            return cards + cards[-2::-1]
        if self.shafts is None:
            raise DraftError(line, "invert needs shafts")
        every = range(1, self.shafts + 1)
        return [tuple(shaft for shaft in every if shaft not in card) for card in self.body(line)]

    def body(self, line):
        """The cards between { and }."""
        if not self.tokens or self.tokens[0][0] != "{":
            raise DraftError(line, "a { is missing")
        return self.statements(self.tokens.pop(0)[1])

    def only(self, words, form, line):
        """The one word behind the first."""
        if len(words) != 1 or not form.fullmatch(words[0][0]):
            raise DraftError(words[-1][1] if words else line, "one name or number is needed")
        return words[0][0]

    def shaft(self, word, line):
        """A number of a shaft."""
        if not NUMBER.fullmatch(word) or int(word) == 0 or int(word) > (self.shafts or int(word)):
            raise DraftError(line, f"no shaft {word}")
        return int(word)

    def card(self, word, words, line):
        """The card of a lift or rest."""
        card = [self.shaft(*one) for one in words]
        if len(set(card)) < len(card) or (word == "lift") != bool(card):
            raise DraftError(line, f"a wrong {word}")
        return tuple(sorted(card))


def read(text):
    """The cards of a draft. Raises DraftError."""
    reader = Reader(text)
    cards = reader.statements()
    if reader.tokens:
        raise DraftError(reader.tokens[0][1], "cannot be read")
    return cards
