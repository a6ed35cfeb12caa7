"""Which commit is meant by a generation's number, a lineage's name, or a commit's."""

from controller.errors import RequestError
from controller.git.log import Generation, generations
from controller.git.repository import Repository

MAIN = "agent/__main__.py"
DIGITS = 6  # a longer number is a commit's name
FILE_BYTES = 4 * 2**20


def genome(repository: Repository, branch: str, word: str) -> str:
    """The commit of a genome. Raises RequestError where there is none, or it holds no genome."""
    commit = number_of(repository, branch, word) if is_number(word) else repository.resolve(word)
    if commit is None:
        raise RequestError(
            f"{word}: there is no such commit, lineage or generation; `heirloom log` lists those of {branch}, 0 is "
            "what it began with"
        )
    if repository.read(commit, MAIN, FILE_BYTES) is None:
        raise RequestError(f"{word} ({commit[:10]}) has no {MAIN}: it is no genome")
    return commit


def is_number(word: str) -> bool:
    """Whether a word is a generation's number."""
    return word.isascii() and word.isdecimal() and len(word) <= DIGITS


def number_of(repository: Repository, branch: str, word: str) -> str | None:
    """The commit of a generation of a lineage by its number; of 0 the one that it began with."""
    tip = repository.tip(f"refs/heads/{branch}")
    lived = generations(repository, tip) if tip else []
    return commit_of(lived, int(word))


def commit_of(lived: list[Generation], number: int) -> str | None:
    """Of generations, the newest first, the commit of one; of the one before the first what that followed. Pure."""
    for one in lived:
        if one.number == number:
            return one.commit
    if lived and number == lived[-1].number - 1 and lived[-1].parent:
        return lived[-1].parent
    return None
