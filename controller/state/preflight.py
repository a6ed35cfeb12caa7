"""Whether what the operator asks for can be: everything is checked before anything is changed."""

from controller.contract import CONTEXT_BYTES, CONTEXT_FILE, CONTRACT_VERSION
from controller.errors import GitError, RequestError
from controller.git.log import Generation, tip
from controller.git.repository import Repository
from controller.memory import parse_context
from controller.state.place import Place


def starting_point(place: Place, asked: str | None) -> str:
    """The commit that the next generation follows. Raises RequestError where the lineage cannot be lived there."""
    repository, branch = place.repository, place.branch
    try:
        repository.run("check-ref-format", "--branch", branch)
    except GitError as error:
        raise RequestError(f"{branch!r} is no branch name; choose another --branch") from error
    if repository.resolve("HEAD") is None:
        raise RequestError("the repository has no commit yet; commit the genome first")
    if repository.run("rev-parse", "--is-shallow-repository").strip() == "true":
        raise RequestError("the repository is a shallow clone, and lives need its commits; git fetch --unshallow")
    if repository.checked_out(place.ref):
        raise RequestError(f"{branch} is checked out; a lineage is moved by the controller alone: "
                           "check out another branch, or choose another --branch")  # fmt: skip
    standing = repository.tip(place.ref)
    if standing is None:
        check_room(repository, place.ref)
    if standing and asked:
        raise RequestError(f"{branch} exists; leave --from out to go on with it, or name a new --branch to fork")
    start = standing or repository.resolve(asked or "HEAD")
    if start is None:
        raise RequestError(f"--from {asked}: there is no such commit")
    newest = tip(repository, start)
    if standing and newest is None:
        raise RequestError(f"{branch} is not a lineage (its last commit is no generation); choose another --branch")
    if newest:
        check_contract(branch, newest)
    check_genome(repository, start)
    return start


def check_contract(branch: str, newest: Generation, older: bool = False) -> None:
    """Raise RequestError where a lineage was lived under another contract; `older`: an older one is welcome."""
    said = newest.trailers.get("Contract", "")
    version = int(said) if said.isascii() and said.isdigit() and len(said) < 9 else -1
    if version == CONTRACT_VERSION or (older and 0 <= version < CONTRACT_VERSION):
        return
    told = f"{branch} was lived under contract version {said or 'unknown'}, this Heirloom speaks {CONTRACT_VERSION}; "
    if 0 <= version < CONTRACT_VERSION:
        raise RequestError(f"{told}`heirloom adopt` brings this one into it, or use the Heirloom that made it")
    raise RequestError(f"{told}update this checkout to the Heirloom that made it, or start a new --branch")


def check_room(repository: Repository, ref: str) -> None:
    """Raise RequestError where another branch lies where this one's folder would be, or the other way round."""
    parts = ref.split("/")
    above = {"/".join(parts[:count]) for count in range(3, len(parts))}
    for name in repository.run("for-each-ref", "--format=%(refname)", "refs/heads").splitlines():
        if name in above or name.startswith(f"{ref}/"):
            raise RequestError(f"there is a branch {name.removeprefix('refs/heads/')}, and git cannot hold "
                               f"{ref.removeprefix('refs/heads/')} beside it; choose another --branch")  # fmt: skip


def check_genome(repository: Repository, start: str) -> None:
    """Raise RequestError where a commit holds nothing that could be born."""
    if repository.read(start, "agent/__main__.py", CONTEXT_BYTES * 16) is None:
        raise RequestError(f"{start[:10]} has no agent/__main__.py: there is no genome to live")
    text = repository.read(start, CONTEXT_FILE, 2**30)
    if text is None:
        raise RequestError(f"{CONTEXT_FILE} is missing at {start[:10]}; commit one (see docs/contract.md)")
    if len(text.encode("utf-8", "surrogateescape")) > CONTEXT_BYTES:
        raise RequestError(f"{CONTEXT_FILE} at {start[:10]} is over {CONTEXT_BYTES:,} bytes; drop its oldest entries")
    if parse_context(text) is None:
        raise RequestError(f"{CONTEXT_FILE} at {start[:10]} is not valid; mend it (see docs/contract.md) and commit")
