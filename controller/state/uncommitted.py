"""What the operator's checkout holds and no commit does: nobody lives it, and nobody adopts it."""

from controller.git.log import tip
from controller.git.repository import Repository
from controller.state.place import Place

OWN = ("heirloom.toml", "goals.toml")  # read as they lie there
SHOWN = 3  # files that are named


def uncommitted(repository: Repository) -> list[str]:
    """The changed and the new files of a checkout, ignored ones left out; a folder of new files is one. Reads only."""
    words = ("--no-optional-locks", "status", "--porcelain", "-z", "--no-renames", "--untracked-files=normal")
    entries = repository.run(*words, expect=(0, 128)).split(
        "\0"
    )  # 128: a bare repository, in which nothing is checked out
    return [entry[3:] for entry in entries if entry and entry[3:] not in OWN]


def shown(paths: list[str]) -> str:
    """The first of them, and how many more there are."""
    names = ", ".join(paths[:SHOWN])
    if len(paths) > SHOWN:
        names += f" and {len(paths) - SHOWN} more"
    return names


def not_lived(place: Place, start: str) -> str:
    """What to say of uncommitted files before a run whose next life starts at a commit; "" where there are none."""
    paths = uncommitted(place.repository)
    if not paths:
        return ""
    newest = tip(place.repository, start)
    lived = f"commit {start[:10]}"
    if newest is not None:
        lived = f"generation {newest.number} ({start[:10]})"
    return f"not committed, so not lived: {shown(paths)}; the next life runs {lived} of {place.branch}"


def not_adopted(place: Place, head: str) -> str:
    """What to say of uncommitted files before a commit is adopted; "" where there are none."""
    paths = uncommitted(place.repository)
    if not paths:
        return ""
    return f"not committed, so not adopted: {shown(paths)}; what is adopted is HEAD ({head[:10]})"
