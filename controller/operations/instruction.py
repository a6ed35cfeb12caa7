"""What an operator's instruction is made into: the goal of one life, and the files that it is about."""

from collections.abc import Sequence

from controller.contract import CHECKS, LINE_CHARS, SENTENCE_CHARS, TITLE_CHARS, WHY_CHARS, Goal, one_line
from controller.errors import RequestError
from controller.settings.pytest_command import steps_of
from controller.state.place import Place

CONTRACT = "controller/contract.py"
FILE_BYTES = 1024 * 1024  # of a file that an instruction may name


def goal_of(text: str, files: Sequence[str] = (), done_when: Sequence[str] = ()) -> Goal:
    """An instruction as a goal. Raises RequestError.

    One that is too long for a title stands whole in its why, and the title is how it begins; the files follow.
    """
    said = one_line(text, len(text) + 1)
    if not said:
        raise RequestError("the instruction is empty; say what the life is to do")
    reasons = []
    title = said
    if len(said) > TITLE_CHARS:
        title = f"{said[:LINE_CHARS].rsplit(' ', 1)[0]}…"
        reasons.append(said)
    if files:
        reasons.append(f"Files: {', '.join(files)}.")
    why = " ".join(reasons)
    if len(why) > WHY_CHARS:
        raise RequestError(
            f"the instruction is {len(why) - WHY_CHARS} characters too long; "
            "say it shorter, or put it into a file of the genome and name that"
        )
    if len(done_when) > CHECKS or any(not 0 < len(check.strip()) <= TITLE_CHARS for check in done_when):
        raise RequestError(f"--done-when: at most {CHECKS} commands of at most {TITLE_CHARS} characters")
    for check in done_when:
        steps_of(check)
    return Goal(title=title, why=why, done_when=tuple(done_when))


def check_length(place: Place, goal: Goal) -> None:
    """Raise RequestError where the goal is longer than the contract takes that stands in the lineage."""
    head = place.repository.tip(place.ref)
    contract = place.repository.read(head, CONTRACT, FILE_BYTES) if head else None
    if len(goal.why) > SENTENCE_CHARS and contract is not None and "WHY_CHARS" not in contract:
        raise RequestError(
            f"the lives of {place.branch} take an instruction of {SENTENCE_CHARS} characters at most, by their "
            f"{CONTRACT}; say it shorter, or bring them yours: heirloom adopt"
        )


def check_files(place: Place, files: Sequence[str], genome: Sequence[str]) -> None:
    """Raise RequestError where a file is none that a life may change, or is not there."""
    folders = tuple(path for path in genome if path.endswith("/"))
    head = place.repository.tip(place.ref) or place.repository.resolve("HEAD")
    for file in files:
        if not file.startswith(folders):
            raise RequestError(f"--file {file}: a life may change {', '.join(genome)} only")
        if head and place.repository.read(head, file, FILE_BYTES) is None:
            raise RequestError(f"--file {file}: there is no such file at {head[:10]}")
