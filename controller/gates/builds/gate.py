"""Gate 4: the candidate compiles, every module of it imports, and mypy and ruff find no more than in its parent."""

from controller.gates.answer import last_json
from controller.gates.builds.lint import lint
from controller.gates.candidate import Candidate
from controller.ledger.report import Report

NAME = "builds"


def builds(candidate: Candidate) -> Report:
    """Refuses what does not compile or import, what ends the process meanwhile, and new errors of types and lint."""
    room = candidate.room
    ending = room.run(("python", "-I", room.path("gate/builds.py")), cwd="child")
    answer = last_json(ending.output)
    if ending.limit or ending.exit_code != 0 or answer is None:
        how = f"stopped by a limit ({ending.limit})" if ending.limit else f"ended with {ending.exit_code}"
        return Report(NAME, "refuse", f"importing the genome {how} before it was done", ending.output[-2000:])
    if answer.get("error"):
        text = str(answer["error"])
        return Report(NAME, "refuse", text.splitlines()[0] + " " + text.splitlines()[-1], text[-2000:])
    found = lint(candidate)
    told = [f"{answer.get('modules', 0)} modules"] if found.result == "pass" else []
    return Report(NAME, found.result, "; ".join(filter(None, [*told, found.reason])), found.evidence)
