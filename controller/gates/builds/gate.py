"""The candidate compiles, every module of it imports, and mypy and ruff find no more than in its parent."""

from controller.gates.builds.lint import lint
from controller.gates.candidate import Candidate, last_json
from controller.ledger.report import Report

NAME = "builds"
EVIDENCE_CHARS = 2000


def builds(candidate: Candidate) -> Report:
    """Refuses what does not compile or import, what ends the process meanwhile, and new errors of types and lint."""
    room = candidate.room
    ending = room.run(("python", "-I", room.path("gate/builds.py")), cwd="child")
    answer = last_json(ending.output)
    if ending.limit or ending.exit_code != 0 or answer is None or "ended" in answer:
        how = f"ended with {ending.exit_code}"
        if ending.limit:
            how = f"stopped by a limit ({ending.limit})"
        elif answer is not None and "ended" in answer:
            how = str(answer["ended"])
        reason = f"importing the genome {how} before it was done"
        return Report(NAME, "refuse", reason, ending.output[-EVIDENCE_CHARS:])
    if answer.get("error"):
        text = str(answer["error"])
        lines = text.splitlines()
        return Report(NAME, "refuse", f"{lines[0]} {lines[-1]}", text[-EVIDENCE_CHARS:])
    found = lint(candidate)
    if found.result != "pass":
        return Report(NAME, found.result, found.reason, found.evidence)
    reason = f"{answer.get('modules', 0)} modules"
    if found.reason:
        reason += f"; {found.reason}"
    return Report(NAME, "pass", reason, found.evidence)
