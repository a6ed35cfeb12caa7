"""Gate 5: the genome's own tests pass on the exported tree, under our pytest configuration."""

import hashlib
from pathlib import Path

from controller.gates.answer import last_json
from controller.gates.candidate import Candidate, Report

NAME = "tests"
SUITE = ("tests/agent", "tests/test_contract.py")
CANARY = '"""What a life keeps."""\n\n\ndef test_{name}() -> None:\n    assert sorted([{number}, 0]) == [{number}, 0]\n'


def canary(commit: str) -> str:
    """An ordinary name for the test that must fail in a run on this commit."""
    draw = hashlib.sha256(f"canary {commit}".encode()).hexdigest()
    words = ("history", "order", "entries", "paths", "numbers", "sizes", "names", "lines")
    return f"{words[int(draw[0], 16) % 8]}_{words[int(draw[1], 16) % 8]}_{int(draw[2:5], 16)}_stay_sorted"


def plant(tree: Path, commit: str) -> None:
    """Write the canary. Done before anything of the candidate runs, while the tree is still only ours."""
    folder = tree / "tests" / "agent"
    folder.mkdir(parents=True, exist_ok=True)
    name = canary(commit)
    (folder / f"test_{name}.py").write_text(CANARY.format(name=name, number=len(name)))


def tests(candidate: Candidate) -> Report:
    """Refuses red tests, no tests where the parent had some, and a run whose report and exit code disagree."""
    room = candidate.room
    ending = room.run(("python", "-I", room.path("gate/suite.py"), room.path("child"), *SUITE), cwd="child")
    if ending.limit:
        return Report(NAME, "refuse", f"the tests were stopped by a limit ({ending.limit})", ending.output[-2000:])
    answer = last_json(ending.output)
    if answer is None or "tests" not in answer:
        tail = str(answer["tail"]) if answer else ending.output
        return Report(NAME, "refuse", "the tests ended without a report", tail[-2000:])
    failed = [(str(name), str(text)) for name, text in answer["failed"]]
    red = [(name, text) for name, text in failed if not name.endswith(f"::test_{canary(candidate.commit)}")]
    count = int(answer["tests"]) - 1
    if red:
        named = ", ".join(name for name, _ in red[:5])
        return Report(NAME, "refuse", f"{len(red)} of {count} tests fail: {named}", red[0][1][-2000:])
    if len(failed) != 1 or answer["exit"] != 1:
        return Report(NAME, "refuse", "a planted test that must fail was not reported red", str(answer["tail"])[-2000:])
    if count < 1 and (room.folder / "parent" / "tests" / "agent").is_dir():
        return Report(NAME, "refuse", "no tests are left")
    return Report(NAME, "pass", f"{count} passed" + (f", {answer['skipped']} skipped" if answer["skipped"] else ""))
