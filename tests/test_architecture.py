"""The laws of the house, held by reading the code."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILE_LINES, FUNCTION_LINES, GENOME_BYTES = 300, 40, 48 * 1024
ROOMS = ("agent", "controller", "hunter", "nursery", "escape", "bench")
OWNERS = {
    "git": {"controller/git/repository.py"},
    "sqlite3": {"controller/ledger/database.py"},
    # alerts: the operator's own command, that no life has anything to do with
    "subprocess": {"controller/sandbox/child.py", "controller/gates/inside/suite.py", "controller/run/alerts.py"},
    "psutil": {"controller/sandbox/process_tree.py"},
    "httpx2": {"controller/gateway/upstreams/http.py"},
    "tenacity": {"controller/gateway/retry.py"},
    "genai_prices": {"controller/gateway/prices.py"},
    "anthropic": set(),
}


def sources(*rooms: str) -> list[Path]:
    return sorted(path for room in rooms for path in (ROOT / room).rglob("*.py") if "__pycache__" not in path.parts)


def imports(path: Path) -> set[str]:
    """Every module that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def is_inside(path: Path) -> bool:
    """Programs of ours that run in a sandbox, as processes of their own."""
    return "inside" in path.parts or "hunter" in path.parts or path.name == "launcher.py"


@pytest.mark.parametrize("path", sources(*ROOMS), ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_are_short_and_say_what_they_are_for(path: Path) -> None:
    text = path.read_text()
    tree = ast.parse(text)
    assert text.count("\n") <= FILE_LINES
    assert ast.get_docstring(tree) or not text.strip()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < FUNCTION_LINES, f"{node.name} is too long"


def test_the_controller_imports_nothing_of_the_agent() -> None:
    for path in sources("controller"):
        if not is_inside(path):
            assert not {name for name in imports(path) if name.split(".")[0] == "agent"}, path


def test_the_agent_imports_of_the_controller_only_the_contract() -> None:
    for path in sources("agent"):
        of_controller = {name for name in imports(path) if name.split(".")[0] == "controller"}
        assert all(name.startswith("controller.contract") for name in of_controller), path


@pytest.mark.parametrize("library", OWNERS)
def test_one_module_of_the_controller_owns_each_library(library: str) -> None:
    users = {
        path.relative_to(ROOT).as_posix()
        for path in sources("controller")
        if library in {name.split(".")[0] for name in imports(path)} and not is_inside(path)
    }
    assert users <= OWNERS[library]


ORDER = (
    "contract", "errors", "memory", "settings", "sandbox", "git", "ledger", "state", "gateway", "life", "gates",
    "archive", "generation", "audit", "operations", "replay", "run", "views", "cli",
)  # fmt: skip


def room_of(module: str) -> str:
    """The room of the controller that a module lies in, "" for a module of another program."""
    parts = module.split(".")
    return parts[1] if parts[0] == "controller" and len(parts) > 1 else ""


def test_arrows_between_rooms_point_one_way() -> None:
    """Every room has its place; an import under TYPE_CHECKING counts."""
    for path in sources("controller"):
        if path.parent == ROOT / "controller" and path.name.startswith("__"):
            continue
        room = path.relative_to(ROOT / "controller").parts[0].removesuffix(".py")
        for name in imports(path):
            if other := room_of(name):
                assert ORDER.index(other) <= ORDER.index(room), f"{path} imports {name}"


def test_the_genome_stays_small() -> None:
    weight = sum(path.stat().st_size for path in (ROOT / "agent").rglob("*") if path.suffix in (".py", ".md"))
    assert weight <= GENOME_BYTES


def test_no_test_mocks_our_own_code() -> None:
    for path in sources("tests", *ROOMS):
        text = path.read_text()
        for word in ("unittest." + "mock", "monkeypatch." + "setattr", "mock" + "er."):
            assert word not in text, path


def test_only_entry_points_catch_everything() -> None:
    for path in sources("agent", "controller"):
        broad = [
            node
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.ExceptHandler)
            and (node.type is None or getattr(node.type, "id", "") in ("Exception", "BaseException"))
            and not any(isinstance(inner, ast.Raise) and inner.exc is None for inner in ast.walk(node))
        ]
        assert not broad or path.name == "__main__.py" or is_inside(path), path
