"""What the stub model answers to a schema is valid: pydantic, which made the schema, is asked."""

import itertools
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import AnyUrl, BaseModel, Field, StringConstraints, TypeAdapter, create_model

from controller.gates.reproduction.regex_text import NoText, text_of
from controller.gates.reproduction.schema_instance import NoInstance, instance


def words() -> Callable[[], str]:
    count = itertools.count(10)
    return lambda: f"w{next(count)}"


PATTERNS = ("^[a-z]{3,}$", r"^\d{4}-\d\d$", "^(ab|cd)+$", r"^agent/\w+\.py$", r"^\S+(\s\S+)*$", "^[^0-9]+$", "x?y*z+")


class Inner(BaseModel):
    name: Annotated[str, StringConstraints(min_length=30)]
    kind: Literal["code", "history"]
    next: "Inner | None" = None


BOUNDS = st.tuples(st.integers(-50, 50), st.integers(0, 60)).map(lambda pair: (pair[0], pair[0] + pair[1]))
TEXTS = st.one_of(
    BOUNDS.map(
        lambda both: Annotated[str, Field(min_length=abs(both[0]), max_length=abs(both[0]) + both[1] - both[0])]
    ),
    st.sampled_from(PATTERNS).map(lambda pattern: Annotated[str, Field(pattern=pattern)]),
)
NUMBERS = st.one_of(
    BOUNDS.map(lambda both: Annotated[int, Field(ge=both[0], le=both[1])]),
    BOUNDS.map(lambda both: Annotated[float, Field(gt=both[0] / 7, lt=both[1] / 7 + 0.5)]),
    st.tuples(BOUNDS, st.integers(1, 9)).map(lambda all_: Annotated[int, Field(ge=all_[0][0], multiple_of=all_[1])]),
)
LEAVES = st.one_of(
    TEXTS, NUMBERS, st.sampled_from([str, int, float, bool, Inner, date, datetime, UUID, AnyUrl, dict[str, int],
                                     Literal["a", 2, None], int | None, Inner | str, tuple[int, str], set[bool], Any]),
)  # fmt: skip


def inside(leaf: Any) -> st.SearchStrategy[Any]:
    """Lists and records of it."""
    return st.one_of(
        st.integers(0, 5).map(lambda least: Annotated[list[leaf], Field(min_length=least)]),
        st.just(create_model("Outer", one=(leaf, ...), two=(list[leaf], ...), three=(leaf | None, None))),
    )


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(LEAVES, LEAVES.flatmap(inside), LEAVES.flatmap(inside).flatmap(inside)))
def test_an_instance_of_a_schema_is_valid(shape: Any) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(shape)
    adapter.validate_python(instance(adapter.json_schema(), words()))


def test_free_text_holds_a_fresh_word() -> None:
    schema = {"properties": {name: {"type": "string"} for name in "ab"}, "required": ["a", "b"]}
    assert instance(schema, words()) == {"a": "A small step, w10", "b": "A small step, w11"}
    assert instance({"type": "string", "maxLength": 2}, words()) == "w1"


def test_what_differs_must_differ() -> None:
    unique = {"type": "array", "minItems": 3, "uniqueItems": True}
    assert instance({**unique, "items": {"enum": ["a", "b", "c"]}}, words()) == ["a", "b", "c"]
    assert instance({**unique, "items": {"type": "integer", "minimum": 5}}, words()) == [5, 6, 7]
    assert len(set(instance({**unique, "items": {"type": "string"}}, words()))) == 3


CIRCLE = {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}
ENDLESS = {"$defs": {"a": {"type": "object", "properties": {"a": {"$ref": "#/$defs/a"}}, "required": ["a"]}},
           "$ref": "#/$defs/a"}  # fmt: skip


@pytest.mark.parametrize(
    "schema",
    [CIRCLE, ENDLESS, {"$ref": "#/$defs/none"}, {"$ref": "https://example.com"}, {"anyOf": [False]},
     {"type": "string", "minLength": 10**9}, {"type": "array", "minItems": 10**9},
     {"type": "object", "minProperties": 10**9},
     {"type": "integer", "minimum": 1, "maximum": 0}, {"type": "string", "pattern": "("},
     {"type": "string", "pattern": "((a{1000}){1000}){1000}"}, {"type": "string", "pattern": "(?=a)b"},
     {"type": "string", "pattern": "(?:){4000000000}x"}, {"type": "string", "pattern": "(" * 900},
     {"type": "string", "pattern": "a" * 2000}, {"type": "string", "pattern": "^abc$", "maxLength": 2}],
    ids=range(16),
)  # fmt: skip
def test_greedy_schema_has_no_instance(schema: dict[str, Any]) -> None:
    with pytest.raises(NoInstance):
        instance(schema, words())


def test_a_pattern_is_never_matched() -> None:
    assert text_of("^(a+)+$", 5, 40, "w10") == "aaaaaaaaa"
    with pytest.raises(NoText, match="assert"):
        text_of("(?!x)", 1, 9, "w")


def recursive(part: dict[str, Any]) -> dict[str, Any]:
    """A schema that is this part, in which "#/$defs/a" stands for it."""
    return {"$defs": {"a": part}, "type": "object", "properties": {"x": {"$ref": "#/$defs/a"}}, "required": ["x"]}


AGAIN = {"$ref": "#/$defs/a"}
MANY = {"type": "array", "minItems": 100, "items": AGAIN}
HEAVY = {
    "nine ways, 24 deep": recursive({"anyOf": [AGAIN] * 9}),
    "one of nine": recursive({"oneOf": [AGAIN] * 9}),
    "all of nine": recursive({"allOf": [AGAIN] * 9}),
    "each required": recursive({"properties": dict.fromkeys("abcdefghi", AGAIN)}),
    "a hundred hundreds of hundreds": recursive(MANY),
    "all of them different": recursive({**MANY, "uniqueItems": True}),
    "a hundred texts of 10,000, again": recursive(
        {"type": "array", "minItems": 100, "items": {"anyOf": [AGAIN, {"type": "string", "minLength": 9_999}]}}
    ),
    "keys that are merged again and again": recursive(
        {"properties": {str(number): {} for number in range(9_000)}, "anyOf": [AGAIN] * 9}
    ),
    "groups that double": {
        "type": "string",
        "pattern": "(a)" + "".join(rf"(\{number}\{number})" for number in range(1, 60)),
    },
    "sets that repeat": {"type": "string", "pattern": "([\x00-\U0010ffff]{900}){900}", "maxLength": 10**12},
}
ODD: tuple[dict[str, Any], ...] = (
    {"type": "integer", "minimum": "x"}, {"enum": {"a": 1}}, {"type": "object", "required": 5}, {"properties": [1]},
    {"type": "number", "multipleOf": 1e-320}, {"type": "array", "minItems": float("inf")}, {"type": {}, "format": []},
    {"type": "string", "minLength": "1"}, {"type": "string", "maxLength": None}, {"anyOf": 7}, {"allOf": 7},
    {"type": "array", "prefixItems": 3}, {"type": "object", "properties": {"a": 1}}, {"type": "string", "format": {}},
)  # fmt: skip


@pytest.mark.parametrize("name", HEAVY)
def test_work_is_bounded_by_steps(name: str) -> None:
    with pytest.raises(NoInstance):
        instance(HEAVY[name], words())


@pytest.mark.parametrize("schema", ODD, ids=range(len(ODD)))
def test_no_schema_has_no_instance(schema: dict[str, Any]) -> None:
    with pytest.raises(NoInstance):
        instance(schema, words())
