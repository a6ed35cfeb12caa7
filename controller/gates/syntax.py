"""The Python that a candidate brings is read in its room first, by `inside/syntax.py`: before anything here parses it.

What a file does to a parser it does each time: a file that is read there, under tighter bounds and with the rights of a
child, is read here in as little. Only then do gates parse it in the controller's own process.
"""

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import replace

from controller.contract import one_line
from controller.gates.candidate import INSIDE, Candidate, last_json

SECONDS, CPU_SECONDS, MEMORY_BYTES = 120.0, 40.0, 2**30  # for all files of one candidate together
PLACE = "texts"
READ = "syntax"


def problem_of_syntax(candidate: Candidate) -> str:
    """What is wrong where a changed Python file cannot be read within bounds, or nothing. Raises IsolationError."""
    texts = unread(candidate)
    if not texts:
        return ""
    folder = candidate.room.folder / PLACE
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    names = []
    for number, text in enumerate(texts.values()):
        names.append(f"{number}.txt")
        (folder / names[-1]).write_bytes(text.encode("utf-8", "surrogateescape"))
    candidate.room.isolation.hand_over(candidate.room.folder)
    problem = problem_found(candidate, list(texts), names)
    shutil.rmtree(folder)
    if not problem:
        for text in texts.values():
            candidate.findings[key_of(text)] = True
    return problem


def unread(candidate: Candidate) -> Mapping[str, str]:
    """The changed Python files, by path, that were not read before."""
    found = {}
    for change in candidate.changes:
        if not change.path.endswith((".py", ".pyi")):
            continue
        text = candidate.lineage.read(candidate.commit, change.path, candidate.policy.file_bytes)
        if text and not candidate.findings.get(key_of(text)):
            found[change.path] = text
    return found


def key_of(text: str) -> str:
    """What the finding depends on: the text, and who reads it."""
    program = (INSIDE / "syntax.py").read_bytes()
    return f"{READ} {hashlib.sha256(program + text.encode('utf-8', 'surrogateescape')).hexdigest()}"


def problem_found(candidate: Candidate, paths: list[str], names: list[str]) -> str:
    """What the program in the room says of the files there, or how it ended instead."""
    bounds = candidate.room.bounds
    bounds = replace(
        bounds,
        seconds=min(bounds.seconds, SECONDS),
        cpu_seconds=CPU_SECONDS,
        memory_bytes=min(bounds.memory_bytes, MEMORY_BYTES),
    )
    program = (INSIDE / "syntax.py").read_text(encoding="utf-8")
    room = replace(candidate.room, bounds=bounds)
    ending = room.run(("python", "-I", "-W", "ignore", "-c", program, *names), cwd=PLACE)
    answer = last_json(ending.output)
    if ending.exit_code == 0 and answer is not None:
        problem = str(answer.get("problem", ""))
        return f"{paths[int(answer['file'])]} {problem}" if problem else ""
    how = f"stopped by a limit ({ending.limit})"
    if not ending.limit:
        how = "broke"
    return f"Python {how} while it read {one_line(', '.join(paths))}"
