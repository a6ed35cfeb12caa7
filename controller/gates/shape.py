"""The gate shape: the candidate descends from its parent and changes only plain, bounded files of the genome."""

import io
import re
import tokenize

from controller.contract import CONTEXT_FILE, HIDDEN, PROMPT_BYTES, code_tokens
from controller.gates.candidate import Candidate
from controller.gates.source import python_files
from controller.gates.syntax import problem_of_syntax
from controller.git.lineage import Change
from controller.ledger.report import Report

NAME = "shape"
PLAIN = {"100644", "100755"}
GONE = "000000"
PATH_CHARS = 200
STEERING = re.compile("[\x01-\x08\x0b\x0e-\x1f\x7f-\x9f\u2028\u2029]")  # orders to a terminal; ends of lines to some
NAMES_WITH_POWER = {
    ".gitattributes", ".gitmodules", ".gitignore", "conftest.py", "pytest.ini", ".pytest.ini", "tox.ini", "setup.cfg",
    "pyproject.toml", "sitecustomize.py", "usercustomize.py", "mypy.ini", ".mypy.ini", "ruff.toml", ".ruff.toml",
    ".coveragerc", "noxfile.py", "py.typed",
}  # fmt: skip
NAME_PART = re.compile(r"[A-Za-z0-9_.+=@ -]{1,100}")  # no colon or tilde: some systems take those for other names
DEVICES = {"con", "prn", "aux", "nul", "clock$", "conin$", "conout$"}
DEVICES |= {f"{name}{number}" for name in ("com", "lpt") for number in range(10)}


def shape(candidate: Candidate) -> Report:
    """Refuses foreign ancestry, protected paths, links, submodules, odd names, binaries and bulk."""
    if not candidate.lineage.descends(candidate.commit, candidate.parent):
        return Report(NAME, "refuse", "the pushed commit does not descend from its parent")
    most = candidate.policy.files
    if len(candidate.changes) > most:
        return Report(NAME, "refuse", f"{len(candidate.changes)} paths changed; at most {most} may")
    for change in candidate.changes:
        if problem := problem_of_path(change, candidate.genome):
            return Report(NAME, "refuse", problem)
    problem = twins(candidate) or problem_of_contents(candidate)
    problem = problem or problem_of_syntax(candidate) or problem_of_weight(candidate)
    if problem:
        return Report(NAME, "refuse", problem)
    return Report(NAME, "pass")


def problem_of_path(change: Change, genome: tuple[str, ...]) -> str:
    """What is wrong with a changed path, or nothing."""
    path, parts = change.path, change.path.split("/")
    if not any(is_in(path, allowed) for allowed in genome):
        return f"{path} is protected; a generation may change only {', '.join(genome)}"
    if change.mode == GONE:
        return ""
    if change.mode not in PLAIN:
        return f"{path} is not a plain file (git mode {change.mode})"
    if any(part in ("", ".", "..") or part.lower() == ".git" for part in parts):
        return f"{path!r} is not a plain relative path"
    if len(path) > PATH_CHARS or not all(is_plain_name(part) for part in parts):
        return f"{path!r} is not a plain, short ASCII name"
    if any(part.lower().partition(".")[0].strip() in DEVICES for part in parts):
        return f"{path}: some systems take this name for a device"
    name = parts[-1].lower()
    if name in NAMES_WITH_POWER or name.endswith(".pth"):
        return f"{path}: a file of this name steers git, python or pytest, and is not the genome's to add"
    return ""


def is_in(path: str, allowed: str) -> bool:
    """Whether a path is an allowed one, or lies below an allowed folder (which ends with a slash)."""
    return path == allowed or (allowed.endswith("/") and path.startswith(allowed))


def is_plain_name(part: str) -> bool:
    """Whether every system keeps this name of a file or folder as it is."""
    return NAME_PART.fullmatch(part) is not None and part == part.strip(" ").rstrip(".")


def twins(candidate: Candidate) -> str:
    """What is wrong where two names of the genome are one on a system that does not tell cases apart."""
    words = ("ls-tree", "-r", "-z", "--name-only", candidate.commit, "--", *candidate.genome)
    seen: dict[str, str] = {}
    for path in candidate.lineage.store.run(*words).rstrip("\0").split("\0"):
        parts = path.split("/")
        for count in range(1, len(parts) + 1):  # a folder may be the twin of a file
            name = "/".join(parts[:count])
            other = seen.setdefault(name.casefold(), name)
            if other != name:
                return f"{name} and {other} differ only in case"
    return ""


def problem_of_contents(candidate: Candidate) -> str:
    """What is wrong with the changed files' sizes and bytes, or nothing. Sizes are read before any content."""
    present = {change.path: change.blob for change in candidate.changes if change.mode != GONE}
    if not present:
        return ""
    sizes = candidate.lineage.store.sizes(sorted(set(present.values())))
    most, together = candidate.policy.file_bytes, candidate.policy.change_bytes
    for path, blob in present.items():
        if sizes.get(blob, most + 1) > most:
            return f"{path} has {sizes.get(blob, 0):,} bytes; at most {most:,} are allowed"
    if sum(sizes[blob] for blob in present.values()) > together:
        return f"the changed files have more than {together:,} bytes"
    for path in present:
        text = candidate.lineage.read(candidate.commit, path, most) or ""
        if "\0" in text or any("\udc80" <= char <= "\udcff" for char in text):
            return f"{path} is not UTF-8 text"
        problem = problem_of_text(path, text, candidate.lineage.read(candidate.parent, path, most) or "")
        if problem:
            return problem
    return ""


def problem_of_text(path: str, text: str, before: str) -> str:
    """What is wrong with a file that Python runs, or a model is given, otherwise than it is read, or nothing.

    What stood in its parent's text is not held against it.
    """
    if path == CONTEXT_FILE:
        return ""
    if path.endswith((".py", ".pyi")) and encoding_of(text) not in ("utf-8", encoding_of(before)):
        return f"{path} declares the encoding {encoding_of(text)}: what runs would not be what is read; leave it out"
    for pattern in (HIDDEN, STEERING):
        found = pattern.findall(text)
        if len(found) > len(pattern.findall(before)):
            line = text[: text.index(found[-1])].count("\n") + 1
            code = f"U+{ord(found[-1]):04X}"
            return (
                f"{path}, line {line}: {code} shows nothing of what it is; where code needs it, write it as an escape"
            )
    return ""


def encoding_of(text: str) -> str:
    """The encoding by which Python reads a file: its declaration's, or UTF-8."""
    try:
        return tokenize.detect_encoding(io.BytesIO(text.encode()).readline)[0].removesuffix("-sig")
    except SyntaxError:
        return "that nobody knows"


def problem_of_weight(candidate: Candidate) -> str:
    """What is wrong where agent/ holds too much code, or too much of anything else, or nothing."""
    files = python_files(candidate.lineage, candidate.commit, "agent/")
    code = sum(code_tokens(text) for text in files.values())
    if code > candidate.genome_tokens:
        return f"agent/ holds {code:,} code tokens; at most {candidate.genome_tokens:,} are allowed"
    prompts = candidate.lineage.store.weight(candidate.commit, "agent/", ".py")
    if prompts > PROMPT_BYTES:
        return f"the prompts and other files of agent/ have {prompts:,} bytes; at most {PROMPT_BYTES:,} are allowed"
    return ""
