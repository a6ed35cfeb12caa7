"""What the hunt changes, and how it says so."""

import ast
from pathlib import Path

import pytest

from hunter.change import Mutation
from hunter.operators import KINDS, mutations
from hunter.source import Function, family, fits, functions


def changes(body: str, returns: str = "str", before: str = "") -> list[Mutation]:
    """The changes of `def f(a: int, b: int) -> …` with this body."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    source = f"{before}def f(a: int, b: int) -> {returns}:\n{lines}\n"
    node = ast.parse(source).body[-1]
    assert isinstance(node, ast.FunctionDef)
    return mutations(source, node)


def lines(body: str, kind: str, returns: str = "str", before: str = "") -> list[str]:
    """The bodies after the changes of one kind, as single lines."""
    skipped = before.count("\n") + 1
    header = f"{before}def f(a: int, b: int) -> {returns}:\n"
    source = header + "\n".join(f"    {line}" for line in body.splitlines()) + "\n"
    found = [one.apply(source) for one in changes(body, returns, before) if one.kind == kind]
    return [" / ".join(line.strip() for line in text.splitlines()[skipped:]) for text in found]


CASES = [
    ("statement", "a += 1\nreturn a", "int", ["pass / return a"]),
    ("statement", "if a:\n    return 1\nreturn 2", "int", ["pass / return 2", "if a: / pass / return 2"]),
    ("statement", "if a:\n    raise E\nelse:\n    b = 2\nreturn b", "int",
     ["if a: / pass / else: / b = 2 / return b", "if a: / raise E / else: / pass / return b"]),
    ("statement", "c = 1\nreturn c", "int", []),  # without its only binding nothing runs
    ("statement", '"""Said."""\nreturn a', "int", []),
    ("comparison", "return a < b", "int", ["return a <= b"]),
    ("comparison", "return a <= b", "int", ["return a < b"]),
    ("comparison", "return 0 < a == b", "int", ["return 0 <= a == b", "return 0 < a != b"]),
    ("comparison", "return a not in b", "int", ["return a in b"]),
    ("comparison", "return a is None", "int", ["return a is not None"]),
    ("number", "return a[1]", "int", ["return a[0]", "return a[2]"]),
    ("number", "return a[0]", "int", ["return a[1]"]),
    ("number", "return a - b", "int", ["return a + b"]),
    ("number", 'return f"{a[1]}"', "X", []),  # an f-string's parts have no place of their own
    ("condition", "return a and b", "int", ["return a or b"]),
    ("condition", "x: int\nwhile a:\n    break\nreturn b", "int", ["x: int / while not (a): / break / return b"]),
    ("condition", "return [x for x in a if x]", "X",
     ["return [x for x in a if False]", "return [x for x in a if True]", "return [x for x in a if not (x)]"]),
    ("call", "return a.strip()", "X", ["return a"]),
    ("call", "return sorted(a)", "X", ["return a"]),
    ("call", "return max(a, b)", "X", ["return min(a, b)"]),
    ("call", "return int(a, b)", "X", []),
    ("call", "return int(a, base=b)", "X", ["return a", "return int(a)"]),
    ("call", "return f(a, b)", "X", ["return f(a)"]),
    ("call", "return a.find(b)", "X", ["return a.rfind(b)"]),
    ("call", "return [a, b]", "X", ["return [a]", "return [b]"]),
    ("call", "return (a, b)", "X", ["return (a)"]),
    ("condition", "return not a", "X", ["return a"]),
    ("number", "return a[-1]", "X", ["return a[-0]", "return a[-2]", "return a[1]"]),
    ("call", "return a[:b]", "X", ["return a"]),
    ("call", "return a or b", "X", ["return a"]),
    ("return", "return a", "bool", ["return not (a)"]),
    ("return", "return a", "str | None", ['return ""', "return None"]),
    ("return", "return a", "list[int]", ["return []"]),
    ("string", 'return a or "x"', "X", ['return a or ""']),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "body", "returns", "expected"), CASES)
def test_every_kind_is_made_as_text(kind: str, body: str, returns: str, expected: list[str]) -> None:
    assert sorted(lines(body, kind, returns)) == sorted(expected)


def test_offsets_count_bytes_of_letters() -> None:
    assert lines('return "ü" if a < b else "é"', "comparison", before="# é\n") == ['return "ü" if a <= b else "é"']


def test_most_telling_kinds_come_first() -> None:
    found = changes("if a > 1:\n    a += 2\nelif b:\n    a = 3\nreturn max(a, b)", "int")
    kinds = [KINDS.index(one.kind) for one in found]
    assert kinds == sorted(kinds)
    assert kinds[0] == 0


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("return a < b", "`return a < b` becomes `return a <= b`"),
        ("a += 1\nreturn a", "`a += 1` is deleted"),
        (
            "return [one for one in a if one and something_else(one) < b]",
            "`…(one) < b]` becomes `…(one) <= b]`",
        ),
    ],
)
def test_change_is_quoted_where_it_differs(body: str, what: str) -> None:
    assert what in [one.what for one in changes(body)]


def test_only_plain_functions_are_hunted() -> None:
    source = (
        "def good(a: int) -> int:\n    return a\n"
        "def bare(a) -> int:\n    return a\n"
        "def silent(a: int):\n    return a\n"
        "@cache\ndef decorated(a: int) -> int:\n    return a\n"
        "def clock(a: int) -> int:\n    return time.time()\n"
        "def field(a: int) -> int:\n    return a.id\n"
        "def address(a: int) -> int:\n    return id(a)\n"
        "def many(a: int) -> int:\n    yield a\n"
    )
    nodes = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    assert [node.name for node in nodes if fits(node)] == ["good", "field"]


def test_private_functions_show_through_public_ones() -> None:
    bodies = {"f": "_g(a)", "_g": "a", "_h": "a"}
    source = "".join(f"def {name}(a: int) -> int:\n    return {body}\n" for name, body in bodies.items())
    known = [
        Function("agent.x", "agent/x.py", source, n) for n in ast.parse(source).body if isinstance(n, ast.FunctionDef)
    ]
    assert [one.full for one in family(known[0], known)] == ["agent.x.f", "agent.x._g"]
    assert [one.public for one in known] == [True, False, False]


def test_functions_stand_where_diffs_reach(tmp_path: Path) -> None:
    folder = tmp_path / "agent"
    folder.mkdir()
    text = "def f(a: int) -> int:\n    return a\n"
    for name, content in {
        "a.py": text,
        "b.py": text.rstrip(),
        "c.py": text.replace("\n", "\r\n"),
        "__main__.py": text,
    }.items():
        (folder / name).write_bytes(content.encode())
    assert [one.full for one in functions(tmp_path)] == ["agent.a.f"]
