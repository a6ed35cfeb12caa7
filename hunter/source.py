"""Which functions of the genome can be hunted: at module level, annotated, undecorated."""

import ast
from dataclasses import dataclass
from pathlib import Path

# What answers differently from call to call cannot be pinned.
UNSTEADY = {
    "random", "secrets", "uuid", "time", "monotonic", "perf_counter", "now", "utcnow", "today", "getpid", "environ",
    "getenv", "cwd", "getcwd", "home", "expanduser", "gettempdir", "mkdtemp",
}  # fmt: skip
UNSTEADY_CALLS = {"hash", "id", "input", "print"}  # as names of their own; as fields of a record they are harmless


@dataclass(frozen=True)
class Function:
    """One function in its file."""

    module: str  # "agent.text"
    path: str  # "agent/text.py"
    source: str  # of the whole file
    node: ast.FunctionDef

    @property
    def name(self) -> str:
        """Its own name."""
        return self.node.name

    @property
    def full(self) -> str:
        """The name by which it is imported."""
        return f"{self.module}.{self.name}"

    @property
    def public(self) -> bool:
        """Whether a test may call it and has an answer to look at."""
        returns = self.node.returns
        answers = not (isinstance(returns, ast.Constant) and returns.value is None)
        plain = not (self.node.args.vararg or self.node.args.kwarg or self.node.args.posonlyargs)
        return answers and plain and bool(arguments(self.node)) and not self.name.startswith("_")


def arguments(node: ast.FunctionDef) -> list[ast.arg]:
    """Every named parameter."""
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]


def functions(root: Path) -> list[Function]:
    """Every function of `agent/` that can be hunted, in the order of the files."""
    found = []
    for path in sorted((root / "agent").rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        source = path.read_bytes().decode()
        if parts[-1] == "__main__" or not source.endswith("\n") or "\r" in source:
            continue  # importing it would live a life; a diff of the others does not apply cleanly
        module = ".".join(parts).removesuffix(".__init__")
        for node in ast.parse(source).body:
            if isinstance(node, ast.FunctionDef) and fits(node):
                found.append(Function(module, path.relative_to(root).as_posix(), source, node))
    return found


def fits(node: ast.FunctionDef) -> bool:
    """Whether the function is annotated, undecorated, no generator, and leaves clock and chance alone."""
    if node.decorator_list or node.returns is None or any(one.annotation is None for one in arguments(node)):
        return False
    for inner in ast.walk(node):
        if isinstance(inner, ast.Yield | ast.YieldFrom):
            return False
        if isinstance(inner, ast.Name) and inner.id in UNSTEADY | UNSTEADY_CALLS:
            return False
        if isinstance(inner, ast.Attribute) and inner.attr in UNSTEADY:
            return False
    return True


def family(public: Function, known: list[Function]) -> list[Function]:
    """The function, and the private ones of its file that it reaches: their changes show through it."""
    private = {one.name: one for one in known if one.module == public.module and one.name.startswith("_")}
    reached, waiting = {public.name: public}, [public]
    while waiting:
        names = {inner.id for inner in ast.walk(waiting.pop().node) if isinstance(inner, ast.Name)}
        for name in sorted(names & private.keys() - reached.keys()):
            reached[name] = private[name]
            waiting.append(private[name])
    return list(reached.values())


def words(members: list[Function]) -> list[str]:
    """The texts that the functions themselves speak of: the likeliest to make a difference."""
    found: dict[str, None] = {}
    for member in members:
        body = member.node.body[1:] if ast.get_docstring(member.node) else member.node.body
        for statement in body:
            for inner in ast.walk(statement):
                if isinstance(inner, ast.Constant) and isinstance(inner.value, str) and 0 < len(inner.value) <= 30:
                    found[inner.value] = None
    return list(found)


def numbers(members: list[Function]) -> list[int]:
    """The whole numbers that the functions speak of."""
    found = set()
    for member in members:
        for inner in ast.walk(member.node):
            if isinstance(inner, ast.Constant) and type(inner.value) is int and inner.value <= 200:
                found.add(inner.value)
    return sorted(found)
