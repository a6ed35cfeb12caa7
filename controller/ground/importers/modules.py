"""A folder of modules that are right, each with its tests: a task is to write one of them anew.

`NAME.py` is the solution; `test_NAME.py` or `NAME_test.py`, beside it or in tests/, are the hidden tests; `NAME.md` is
the instruction, where there is one. The start is the module with the bodies of its functions left out.
"""

import ast
from pathlib import Path

from controller.ground.answer import read_answer
from controller.ground.importers.imported import Imported, Importer, hidden_name, kebab, sheet

Function = ast.FunctionDef | ast.AsyncFunctionDef


def fits(folder: Path) -> bool:
    """Whether there is a module with tests."""
    return any(tests_of(path.stem, listed(folder)) for path in folder.glob("*.py") if not is_test(path.name))


def listed(folder: Path) -> list[str]:
    """The Python files beside each other and in tests/."""
    return [path.relative_to(folder).as_posix() for place in ("*.py", "tests/*.py") for path in folder.glob(place)]


def is_test(name: str) -> bool:
    """Whether a file holds tests by its name."""
    return name.startswith("test_") or name.endswith("_test.py") or name in ("conftest.py", "__init__.py", "setup.py")


def tests_of(name: str, paths: list[str]) -> list[str]:
    """Where the tests of a module lie."""
    known = (f"test_{name}.py", f"{name}_test.py")
    return [path for path in sorted(paths) if path.rpartition("/")[2] in known]


def read(folder: Path) -> list[Imported]:
    """A task for each module; one without tests is named."""
    found = read_answer(folder)
    names = [path.removesuffix(".py") for path in found if path.endswith(".py") and "/" not in path]
    return [task_of(name, found) for name in names if not is_test(f"{name}.py")]


def task_of(name: str, found: dict[str, bytes]) -> Imported:
    """The task of one module."""
    tests = tests_of(name, list(found))
    if not tests:
        return Imported(kebab(name), problem=f"{name}.py has no tests (test_{name}.py or {name}_test.py)")
    source = found[f"{name}.py"]
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError) as error:
        return Imported(kebab(name), problem=f"{name}.py: {error}")
    title = (ast.get_docstring(tree) or name).partition("\n")[0]
    asked = f"Write the functions of `{name}.py`: their signatures and docstrings say what they do.\n"
    files = {
        "task.toml": sheet(title),
        "instruction.md": found.get(f"{name}.md", f"{ast.get_docstring(tree) or ''}\n\n{asked}".encode()),
        f"start/{name}.py": without_bodies(tree).encode(),
        f"solution/{name}.py": source,
    }
    for path in tests:
        files[f"tests/{hidden_name(path)}"] = found[path]
    return Imported(kebab(name), files)


def without_bodies(tree: ast.Module) -> str:
    """A module's text, its functions without what they do."""
    for node in ast.walk(tree):
        if isinstance(node, Function):
            kept = node.body[:1] if ast.get_docstring(node, clean=False) is not None else []
            node.body = [*kept, *ast.parse("raise NotImplementedError").body]
    return ast.unparse(tree) + "\n"


MODULES = Importer("a folder of NAME.py with test_NAME.py", fits, read)
