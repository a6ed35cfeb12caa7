"""The Python files of a commit, as text and as syntax. What a candidate wrote is parsed, never run."""

import ast
import re

from controller.git.lineage import Lineage

TESTS = "tests/agent"
TEST_FILE = re.compile(r"test_\w+\.py|\w+_test\.py")
NOTHING = ast.Module([], [])
PLAIN = ("100644 blob ", "100755 blob ")


def is_test_file(path: str) -> bool:
    """Whether pytest collects a file by its name."""
    return TEST_FILE.fullmatch(path.rpartition("/")[2]) is not None


def python_files(lineage: Lineage, commit: str, *folders: str) -> dict[str, str]:
    """Path and text of every plain Python file below some folders of a commit, by two calls of git."""
    wanted = {}
    for line in lineage.store.run("ls-tree", "-r", "-z", commit, "--", *folders).split("\0"):
        meta, _, path = line.partition("\t")
        if path.endswith(".py") and meta.startswith(PLAIN):
            wanted[path] = meta.split(" ")[2]
    if not wanted:
        return {}
    said = lineage.store.run("cat-file", "--batch", text="\n".join(wanted.values()) + "\n")
    data = said.encode("utf-8", "surrogateescape")
    files = {}
    position = 0
    for path in wanted:  # of each: "id blob size", its bytes, a line feed
        header, _, _ = data[position:].partition(b"\n")
        start = position + len(header) + 1
        end = start + int(header.split()[2])
        files[path] = data[start:end].decode("utf-8", "replace")
        position = end + 1
    return files


def parsed(text: str) -> ast.Module | None:
    """A file's syntax tree; None where it has none, or one so deep that Python refuses it."""
    try:
        tree = ast.parse(text)
        ast.dump(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # the last two: of hostile nesting, tried
        return None
    return tree


def without_docstrings(tree: ast.Module, keep_classes: bool = False) -> str:
    """A tree's text without docstrings, comments and layout; `keep_classes`: the docstrings of classes stay."""
    for node in ast.walk(tree):
        if keep_classes and isinstance(node, ast.ClassDef):
            continue
        if not isinstance(node, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:]
    return ast.dump(tree)


def defined(files: dict[str, str]) -> set[str]:
    """Every name that some files give to a module, function, class, method, field or variable."""
    names = {path.removesuffix(".py").rpartition("/")[2] for path in files}
    for text in files.values():
        for node in ast.walk(parsed(text) or NOTHING):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                names.add(node.name)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names.add(node.id)
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                names.add(node.attr)
            elif isinstance(node, ast.arg):
                names.add(node.arg)
    return names


def without_lost_imports(text: str, files: dict[str, str]) -> str:
    """A test file that imports of agent/ only what these files provide: one lost name must not hide all its tests."""
    tree = parsed(text)
    if tree is None:
        return text
    lines = text.split("\n")
    for node in reversed(tree.body):
        if not isinstance(node, ast.ImportFrom) or (node.module or "").split(".")[0] != "agent":
            continue
        kept = [alias for alias in node.names if is_provided(files, str(node.module), alias.name)]
        if len(kept) == len(node.names):
            continue
        left = "pass"
        if kept:
            left = ast.unparse(ast.ImportFrom(node.module, kept, node.level))
        lines[node.lineno - 1 : node.end_lineno] = [left]
    return "\n".join(lines)


def is_provided(files: dict[str, str], module: str, name: str) -> bool:
    """Whether `from module import name` can succeed, as far as reading tells."""
    base = module.replace(".", "/")
    if name.startswith("__") or f"{base}/{name}.py" in files or f"{base}/{name}/__init__.py" in files:
        return True
    text = files.get(f"{base}.py", files.get(f"{base}/__init__.py"))
    if text is None:
        return False
    names = defined({"": text})
    for node in ast.walk(parsed(text) or NOTHING):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names.update(alias.asname or alias.name for alias in node.names)
    return not names.isdisjoint({name, "*", "__getattr__"})
