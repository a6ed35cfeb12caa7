"""The laws of the house: each reads the code of a checkout and names every place that breaks it.

A law is a function from a checkout's root to lines `path: what is wrong`. `test_architecture.py` holds each against
this checkout, and shows with a planted case that it can fail.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from controller.contract import code_tokens

FILE_LINES, FUNCTION_LINES, SEED_TOKENS = 300, 40, 14_000
PRODUCTS = ("agent", "controller", "hunter", "nursery", "escape", "bench")
# The rooms of the controller, lowest first: a room imports only rooms that stand before it
ORDER = (
    *("contract", "errors", "memory", "settings", "events", "sandbox", "git", "ledger", "state", "gateway"),
    *(
        "life",
        "gates",
        "archive",
        "generation",
        "ground",
        "audit",
        "operations",
        "replay",
        "run",
        "observatory",
        "views",
        "cli",
    ),
)
LOOSE = ("contract", "errors", "memory")  # the only modules that lie in no room
OWNERS = {
    "git": ("controller/git/repository.py",),
    "sqlite3": ("controller/ledger/database.py",),
    # alerts, pager: the operator's own commands, that no life has anything to do with
    "subprocess": ("controller/sandbox/child.py", "controller/events/alerts.py", "controller/cli/pager.py"),
    "psutil": ("controller/sandbox/process_tree.py",),
    "httpx2": ("controller/gateway/upstreams/http.py",),
    "tenacity": ("controller/gateway/retry.py",),
    "genai_prices": ("controller/gateway/prices.py",),
    "starlette": ("controller/gateway/", "controller/replay/"),
    "uvicorn": ("controller/gateway/server.py",),
    "typer": ("controller/cli/",),
    "rich": ("controller/cli/", "controller/views/"),
    "anthropic": (),
}
# What was called otherwise before: names of modules, of classes and functions, and phrases, that do not come back
OLD_MODULES = (
    *(
        "told",
        "asked",
        "books",
        "world",
        "past",
        "recall",
        "aside",
        "where",
        "switch",
        "standstill",
        "waits",
        "operated",
    ),
    *("queue", "locks", "group", "tree", "cradle", "own", "tried", "reuse", "door", "accounts", "asking", "patience"),
    *("trouble", "named", "listed", "readable", "secret", "trial", "shapes", "normal", "keys", "watch"),
)
PHRASES = ("shut in", "told of", "lodging", "on their way", "life's guest")
PROSE = ("*.py", "*.md", "*.sh", "*.toml")
BROAD = ("Exception", "BaseException")
# How a statement of SQL begins; the ledger's own room alone holds any. bench/ looks at the file from outside
SQL = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|PRAGMA|WITH|REPLACE|ATTACH)\s")
WITHOUT_SQL = ("agent", "controller", "hunter", "nursery", "escape")
LEDGER_ROOM = "controller/ledger/"
NAME_WORDS = range(3, 7)  # of a test, after `test_`, articles not counted
ARTICLES = ("a", "an", "the")
MANY = 6  # types in one `except`: a list that long catches everything, and does not say so


@cache
def text_of(path: Path) -> str:
    """A file's text, read once for all laws."""
    return path.read_text(encoding="utf-8")


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Every node of a file's code, the module first, parsed once for all laws."""
    return tuple(ast.walk(ast.parse(text_of(path))))


def modules(root: Path, *folders: str) -> Iterator[Path]:
    """The Python files of these folders, planted genomes left out."""
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            if "__pycache__" not in path.parts and "fixtures" not in path.parts:
                yield path


@cache
def imported(path: Path) -> set[str]:
    """Every module and every name that a file imports, anywhere in it and for whatever purpose."""
    found: set[str] = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def is_program(path: Path) -> bool:
    """Whether a file is a program of its own, that runs in a sandbox."""
    return "inside" in path.parts or "hunter" in path.parts or path.name == "launcher.py"


def files_and_functions_are_short(root: Path) -> Iterator[str]:
    """A file has at most 300 lines, a function 40, and each module says what it is for."""
    for path in modules(root, *PRODUCTS):
        text = text_of(path)
        if text.count("\n") > FILE_LINES:
            yield f"{path}: more than {FILE_LINES} lines"
        module = nodes(path)[0]
        assert isinstance(module, ast.Module)
        if text.strip() and not ast.get_docstring(module):
            yield f"{path}: no docstring"
        for node in nodes(path):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES:
                yield f"{path}: {node.name} has more than {FUNCTION_LINES} lines"


def programs_stay_apart(root: Path) -> Iterator[str]:
    """The controller imports no other program, the agent only the contract, and no product a test."""
    apart = {"controller": ("agent", "hunter", "nursery", "escape", "bench"), "agent": ("hunter", "nursery", "escape")}
    for product in PRODUCTS:
        for path in modules(root, product):
            for name in imported(path):
                top = name.partition(".")[0]
                if top == "tests" or (top in apart.get(product, ()) and not is_program(path)):
                    yield f"{path}: imports {name}"
                if product == "agent" and top == "controller" and not name.startswith("controller.contract"):
                    yield f"{path}: imports {name}, and may only import controller.contract"


def rooms_point_one_way(root: Path) -> Iterator[str]:
    """Every room has its place in ORDER, and imports only rooms before it."""
    for path in modules(root, "controller"):
        place = path.relative_to(root / "controller").parts
        room = place[0].removesuffix(".py")
        if room.startswith("__"):
            continue
        if room not in ORDER or (len(place) == 1 and room not in LOOSE):
            yield f"{path}: has no place in ORDER, or lies in no room"
            continue
        for name in imported(path):
            parts = name.split(".")
            other = parts[1] if parts[0] == "controller" and len(parts) > 1 else room
            if other in ORDER and ORDER.index(other) > ORDER.index(room):
                yield f"{path}: imports {name}, which lies above it"


def no_imports_go_round(root: Path) -> Iterator[str]:
    """No module imports itself by way of others. What is imported for its types counts too."""
    graph: dict[str, set[str]] = {}
    for path in modules(root, "controller"):
        graph[".".join(path.relative_to(root).with_suffix("").parts)] = imported(path)
    for name, found in graph.items():
        graph[name] = found & set(graph)
    while free := [name for name, found in graph.items() if not found & set(graph)]:
        for name in free:
            del graph[name]
    while needed := [name for name in graph if any(name in found for found in graph.values())]:
        if len(needed) == len(graph):
            break
        graph = {name: graph[name] for name in needed}
    for name in sorted(graph):
        yield f"{name}: stands in a circle of imports"


def libraries_have_one_owner(root: Path) -> Iterator[str]:
    """Each library is imported by the module, or the room, that owns it."""
    for path in modules(root, "controller"):
        if is_program(path):
            continue
        tops = {name.partition(".")[0] for name in imported(path)}
        for library in tops & set(OWNERS):
            if not path.relative_to(root).as_posix().startswith(OWNERS[library]):
                yield f"{path}: imports {library}"


def sql_stays_in_the_ledger(root: Path) -> Iterator[str]:
    """No text of SQL, and no file of it, lies outside the ledger's room: others ask `ledger/queries.py`."""
    for folder in WITHOUT_SQL:
        for path in sorted((root / folder).rglob("*.sql")):
            if not path.relative_to(root).as_posix().startswith(LEDGER_ROOM):
                yield f"{path}: a file of SQL"
    for path in modules(root, *WITHOUT_SQL):
        if path.relative_to(root).as_posix().startswith(LEDGER_ROOM):
            continue
        for node in nodes(path):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value):
                yield f"{path}:{node.lineno}: a statement of SQL"


def errors_are_drawn(root: Path) -> Iterator[str]:
    """Each error type of the controller stands in the tree of errors.py, and each that is drawn exists."""
    bases: dict[str, set[str]] = {}
    for path in modules(root, "controller"):
        for node in nodes(path):
            if isinstance(node, ast.ClassDef):
                bases[node.name] = {base.id for base in node.bases if isinstance(base, ast.Name)}
    errors = {"Exception", "BaseException"}
    while more := {name for name, above in bases.items() if above & errors} - errors:
        errors |= more
    text = ast.get_docstring(ast.parse(text_of(root / "controller" / "errors.py"))) or ""
    drawn = set(re.findall(r"^[│├└─ ]*([A-Z]\w+)  ", text, re.MULTILINE))
    for name in sorted(errors & set(bases) - drawn):
        yield f"{name}: an error that is not drawn in controller/errors.py"
    for name in sorted(drawn - set(bases)):
        yield f"{name}: drawn in controller/errors.py, and there is no such error"


def catching_everything_is_explained(root: Path) -> Iterator[str]:
    """Who catches everything raises it again, is an entry point, or says why on the same line."""
    for path in modules(root, "agent", "controller", "hunter"):
        text = text_of(path)
        lines = text.splitlines()
        for node in nodes(path):
            if not isinstance(node, ast.ExceptHandler) or path.name == "__main__.py":
                continue
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            names = [getattr(kind, "id", "") for kind in caught if kind is not None]
            broad = not names or len(names) > MANY or any(name in BROAD for name in names)
            again = any(isinstance(inner, ast.Raise) and inner.exc is None for inner in ast.walk(node))
            if broad and not again and " - " not in lines[node.lineno - 1].partition("#")[2]:
                yield f"{path}:{node.lineno}: catches everything and does not say why (`# noqa: BLE001 - why`)"


def old_words_stay_away(root: Path) -> Iterator[str]:
    """No module has a name, and no text a phrase, that was exchanged for a plain one."""
    for path in modules(root, "controller"):
        if path.stem in OLD_MODULES:
            yield f"{path}: a name of before"
    texts = [path for folder in (*PRODUCTS, "tests", "docs", "vm") for kind in PROSE
             for path in (root / folder).rglob(kind)]  # fmt: skip
    for path in [*texts, *root.glob("*.md")]:
        if path.name == "laws.py" or "fixtures" in path.parts or "node_modules" in path.parts:
            continue
        for number, line in enumerate(text_of(path).splitlines(), 1):
            if found := next((phrase for phrase in PHRASES if phrase in line.lower()), None):
                yield f"{path}:{number}: {found!r}: say it plainly"


def nothing_is_mocked(root: Path) -> Iterator[str]:
    """No test replaces a part of our own code."""
    for path in modules(root, "tests", *PRODUCTS):
        text = text_of(path)
        for word in ("unittest." + "mock", "monkeypatch." + "setattr", "mock" + "er."):
            if word in text:
                yield f"{path}: {word}"


def tests_are_named_in_few_words(root: Path) -> Iterator[str]:
    """A test's name is a fact in three to six words. The genome's own tests are named by the genome."""
    for path in modules(root, "tests"):
        if path.is_relative_to(root / "tests" / "agent"):
            continue
        for node in nodes(path):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                words = [word for word in node.name.split("_")[1:] if word and word not in ARTICLES]
                if len(words) not in NAME_WORDS:
                    yield f"{path}: {node.name}: {len(words)} words, not three to six"


def the_genome_stays_small(root: Path) -> Iterator[str]:
    """The seed leaves most of the room to the generations that follow: 14,000 code tokens of 60,000."""
    weight = sum(code_tokens(text_of(path)) for path in (root / "agent").rglob("*.py"))
    if weight > SEED_TOKENS:
        yield f"agent/: {weight:,} code tokens; at most {SEED_TOKENS:,}"
