"""A small valid instance of a JSON schema. Pure: what a candidate wrote is only read."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from controller.errors import HeirloomError
from controller.gates.reproduction.regex_text import NoText, text_of

JSON = dict[str, Any]
DEPTH, LONGEST, MOST_ITEMS = 24, 10_000, 100  # a schema may ask for no more: it is answered in the controller's process
STEPS = 100_000  # of one instance: a part made or copied, a key merged, CHARS_A_STEP characters written
CHARS_A_STEP, PATTERN_STEPS = 20, 500
LESS, MORE = -(10**9), 10**9
FORMATS = {
    "date": "2026-01-15", "date-time": "2026-01-15T10:30:00Z", "time": "10:30:00Z", "duration": "PT1H",
    "email": "{0}@example.com", "hostname": "{0}.example.com", "uri": "https://example.com/{0}",
    "uri-reference": "/{0}", "ipv4": "192.0.2.1", "ipv6": "2001:db8::1", "json-pointer": "/{0}", "regex": "{0}",
    "uuid": "123e4567-e89b-42d3-a456-426614174000",
}  # fmt: skip


class NoInstance(HeirloomError):
    """No instance can be made; the message says of what."""


class TooMuchWork(NoInstance):
    """No instance was found in the steps that there are; another alternative would find none either."""


def instance(schema: Mapping[str, Any], word: Callable[[], str]) -> Any:
    """The least that fits a schema; every free text holds a new `word()`, letters and digits. Raises NoInstance."""
    try:
        return Maker(schema, word).make(schema, 0, 0)
    except NoInstance:
        raise
    except Exception as error:  # all - a key may hold anything, and is used as if it held what it should
        raise NoInstance(f"it is no schema ({type(error).__name__})") from error


class Maker:
    """Makes the parts of one instance. `turn`: which one of several that must differ."""

    def __init__(self, root: Mapping[str, Any], word: Callable[[], str]) -> None:
        self._root, self._word = root, word
        self._left = STEPS

    def _spend(self, steps: int) -> None:
        """Count work: alternatives of alternatives are tried in more ways than anybody can wait for."""
        self._left -= steps
        if self._left < 0:
            raise TooMuchWork(f"it takes more than {STEPS:,} steps")

    def make(self, schema: Any, depth: int, turn: int) -> Any:
        """An instance of a part of the schema."""
        self._spend(1)
        if schema is True:
            schema = {}
        if depth > DEPTH:
            raise NoInstance("it is nested without end")
        if not isinstance(schema, Mapping):
            raise NoInstance("a part of it allows nothing")
        schema = self._plain(schema, depth)
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return schema["enum"][turn % len(schema["enum"])]
        for many in ("anyOf", "oneOf"):
            if schema.get(many):
                base = {key: value for key, value in schema.items() if key != many}
                return self._any(base, schema[many], depth, turn)
        return self._of_kind(kind_of(schema), schema, depth, turn)

    def _of_kind(self, kind: str, schema: JSON, depth: int, turn: int) -> Any:
        """An instance of a part that is no choice."""
        if kind == "object":
            return self._object(schema, depth)
        if kind == "array":
            return self._array(schema, depth)
        if kind in ("integer", "number"):
            return number(schema, kind == "integer", turn)
        if kind == "boolean":
            return turn % 2 == 1
        if kind == "null":
            return None
        return self._text(schema)

    def _plain(self, schema: Mapping[str, Any], depth: int) -> JSON:
        """A part without references and `allOf`."""
        if depth > DEPTH:
            raise NoInstance("it is nested without end")
        self._spend(1 + len(schema))
        found = dict(schema)
        for _ in range(DEPTH):
            if "$ref" in found:
                reference = found.pop("$ref")
                found = self._merged(self._referred(reference), found)
            elif found.get("allOf"):
                for part in found.pop("allOf"):
                    if isinstance(part, Mapping):
                        found = self._merged(found, self._plain(part, depth + 1))
            else:
                return found
        raise NoInstance("its references lead round in a circle")

    def _referred(self, reference: Any) -> Mapping[str, Any]:
        """What a reference within the schema names."""
        found: Any = self._root
        for part in str(reference).removeprefix("#").split("/")[1:]:
            name = part.replace("~1", "/").replace("~0", "~")
            found = found.get(name) if isinstance(found, Mapping) else None
        if not str(reference).startswith("#") or not isinstance(found, Mapping):
            raise NoInstance(f"{str(reference)[:80]} is not in it")
        return found

    def _merged(self, one: Mapping[str, Any], other: Mapping[str, Any]) -> JSON:
        """As `merged`, counted."""
        for part in (one, other):
            self._spend(1 + len(part) + len(part.get("properties", ())) + len(part.get("required", ())))
        return merged(one, other)

    def _any(self, base: JSON, parts: list[Any], depth: int, turn: int) -> Any:
        """The first alternative that can be made; nothing at all only where nothing else is left."""
        problem = NoInstance("none of its alternatives can be made")
        for part in sorted(parts, key=is_null):
            whole = self._merged(base, part) if isinstance(part, Mapping) else part
            try:
                return self.make(whole, depth + 1, turn)
            except TooMuchWork:
                raise
            except NoInstance as error:
                problem = error
        raise problem

    def _object(self, schema: JSON, depth: int) -> JSON:
        """What is required; where nothing is, every property."""
        known = schema.get("properties", {})
        self._spend(len(known) + len(schema.get("required", [])))
        names = list(schema.get("required", [])) or list(known)
        least = within(schema.get("minProperties", 0), MOST_ITEMS)
        spare = [name for name in known if name not in names]
        names += spare[: max(0, least - len(names))]
        while len(names) < least:
            names.append(self._word())
        others = schema.get("additionalProperties", True)
        return {name: self.make(known.get(name, others), depth + 1, 0) for name in names}

    def _array(self, schema: JSON, depth: int) -> list[Any]:
        """As few items as may be, but one where one may be."""
        first, rest = schema.get("prefixItems", []), schema.get("items", True)
        wanted = within(max(schema.get("minItems", 0), len(first), 1), MOST_ITEMS)
        if schema.get("minItems", 0) <= len(first) and rest is False:
            wanted = len(first)
        wanted = min(wanted, schema.get("maxItems", wanted))
        parts = [*first, *([rest] * (wanted - len(first)))][:wanted]
        made: list[Any] = []
        for part in parts:
            if schema.get("uniqueItems"):
                made.append(self._other_than(made, part, depth))
            else:
                made.append(self.make(part, depth + 1, 0))
        return made

    def _other_than(self, made: list[Any], part: Any, depth: int) -> Any:
        """An item that is not there yet; None where there is no other."""
        for turn in range(len(made) + 1):
            self._spend(len(made))
            item = self.make(part, depth + 1, turn)
            if item not in made:
                return item
        return None

    def _text(self, schema: JSON) -> str:
        """Words with a word of ours in them, as far as the bounds let us."""
        least = within(schema.get("minLength", 0), LONGEST)
        most = min(schema.get("maxLength", LONGEST), LONGEST)
        if "pattern" in schema:
            self._spend(PATTERN_STEPS)
            try:
                return text_of(str(schema["pattern"]), max(least, 1), most, self._word())
            except NoText as error:
                raise NoInstance(f"the pattern {str(schema['pattern'])[:80]}: {error}") from error
        word = self._word()
        text = FORMATS.get(schema.get("format", ""), "A small step, {0}").format(word)
        if len(text) > most:
            text = word[:most]
        self._spend(least // CHARS_A_STEP)
        return text.ljust(least, ".")


def is_null(part: Any) -> bool:
    """Whether an alternative is nothing at all."""
    return bool(part == {"type": "null"})


def kind_of(schema: Mapping[str, Any]) -> str:
    """The type of a part, said or guessed."""
    kinds = schema.get("type", "")
    if isinstance(kinds, list):
        kinds = next((kind for kind in kinds if kind != "null"), "null")
    if kinds:
        return str(kinds)
    if "properties" in schema or "required" in schema or "minProperties" in schema:
        return "object"
    if "items" in schema or "prefixItems" in schema:
        return "array"
    return "string"


def merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> JSON:
    """A part that asks for what two ask for."""
    both = {**one, **other}
    if "properties" in one and "properties" in other:
        both["properties"] = {**one["properties"], **other["properties"]}
    if "required" in one and "required" in other:
        both["required"] = list(dict.fromkeys([*one["required"], *other["required"]]))
    return both


def within(wanted: Any, most: int) -> int:
    """A length that can be made. Raises NoInstance."""
    if not isinstance(wanted, int) or wanted > most:
        raise NoInstance(f"it wants {str(wanted)[:20]} of something; at most {most:,} are made")
    return wanted


def number(schema: Mapping[str, Any], whole: bool, turn: int) -> Any:
    """The number next to nought that fits. Raises NoInstance."""
    low, high = schema.get("minimum", LESS), schema.get("maximum", MORE)
    above, below = schema.get("exclusiveMinimum", LESS - 1), schema.get("exclusiveMaximum", MORE + 1)
    step = schema.get("multipleOf", 1 if whole else 0)
    least, most = max(low, above), min(high, below)
    found: list[Any] = []
    for one in candidates(least, most, step, whole):
        if low <= one <= high and above < one < below:
            found.append(one)
            if len(found) > turn:
                break
    if not found:
        raise NoInstance(f"no number fits between {least} and {most}")
    return found[-1]


def candidates(low: float, high: float, step: float, whole: bool) -> list[Any]:
    """Numbers worth a try: nought and what follows it, what lies at the bounds and between them."""
    unit = step or 1
    bases = (0, math.ceil(low / unit), math.floor(high / unit) - MOST_ITEMS)
    found = [(base + more) * unit for base in bases for more in range(MOST_ITEMS + 1)]
    if not step:
        found += [low, high, (low + high) / 2]
    return [int(one) for one in found] if whole else found
