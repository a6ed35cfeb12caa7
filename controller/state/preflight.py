"""Whether what the operator asks for can be: everything is checked before anything is changed."""

from controller.contract import CONTEXT_BYTES, CONTEXT_FILE, CONTRACT_VERSION, SERVED
from controller.errors import GitError, RequestError
from controller.git.log import Generation, tip
from controller.git.repository import Repository
from controller.memory import parse_context
from controller.state.place import Place
from controller.state.presence import kept_elsewhere

PROMISOR = r"^remote\..*\.(promisor|partialclonefilter)$"  # what a clone with --filter has in its configuration


def starting_point(place: Place, asked: str | None) -> str:
    """The commit that the next generation follows; `asked`: where the operator wants a new lineage to begin.

    Raises RequestError where the lineage cannot be lived there.
    """
    repository, branch = place.repository, place.branch
    check_repository(place)
    head = repository.tip(place.ref)
    if head is None:
        check_room(repository, place.ref)
        start = repository.resolve(asked or "HEAD")
        if start is None:
            raise RequestError(f"--from {asked}: there is no such commit")
        newest = tip(repository, start)
        check_kept(place, start)
    else:
        if asked:
            raise RequestError(f"{branch} exists; leave --from out to go on with it, or name a new --branch to fork")
        start = head
        newest = tip(repository, start)
        if newest is None:
            raise RequestError(f"{branch} is not a lineage (its last commit is no generation); choose another --branch")
    if newest is not None:
        check_contract(branch, newest)
    check_genome(repository, start)
    return start


def check_repository(place: Place) -> None:
    """Raise RequestError where the repository, as it is, or the branch's name rules every lineage out."""
    repository, branch = place.repository, place.branch
    try:
        repository.run("check-ref-format", "--branch", branch)
    except GitError as error:
        raise RequestError(f"{branch!r} is no branch name; choose another --branch") from error
    if repository.resolve("HEAD") is None:
        raise RequestError("the repository has no commit yet; commit the genome first")
    check_complete(repository)
    if repository.checked_out(place.ref):
        raise RequestError(
            f"{branch} is checked out; a lineage is moved by the controller alone: "
            "check out another branch, or choose another --branch"
        )


def check_complete(repository: Repository) -> None:
    """Raise RequestError where objects are not here that lives need: of a shallow or a partial clone."""
    if repository.run("rev-parse", "--is-shallow-repository").strip() == "true":
        raise RequestError("the repository is a shallow clone, and lives need its commits; git fetch --unshallow")
    if not repository.run("config", "--get-regexp", PROMISOR, expect=(0, 1)).strip():
        return
    listed = repository.run("rev-list", "--objects", "--missing=print", "HEAD").splitlines()
    if any(line.startswith("?") for line in listed):
        raise RequestError(
            "the repository is a partial clone, and lives need the objects that it left out; "
            "git fetch --refetch --no-filter brings them (git 2.36 or newer)"
        )


def check_kept(place: Place, start: str) -> None:
    """Raise RequestError where a lineage of this name has generations elsewhere: a new one would take its place."""
    kept = kept_elsewhere(place, start)
    if kept is not None:
        raise RequestError(
            f"{place.branch} is not here, though {kept.where} has it up to generation {kept.newest.number} "
            f"({kept.newest.commit[:10]}); `heirloom restore` puts the branch back; --branch NAME begins another"
        )


def check_contract(branch: str, newest: Generation, older: bool = False) -> None:
    """Raise RequestError where a lineage was lived under a contract that is not served; `older`: one is welcome."""
    version = contract_of(newest)
    if version in SERVED:
        return
    is_older = version is not None and version < CONTRACT_VERSION
    if older and is_older:
        return
    known = newest.trailers.get("Contract", "") or "unknown"
    found = f"{branch} was lived under contract version {known}, this Heirloom speaks {CONTRACT_VERSION}"
    if is_older:
        raise RequestError(f"{found}; `heirloom adopt` brings this one into it, or use the Heirloom that made it")
    raise RequestError(f"{found}; update this checkout to the Heirloom that made it, or start a new --branch")


def contract_of(generation: Generation) -> int | None:
    """The version of the contract that a generation was lived under; None: it does not say one."""
    text = generation.trailers.get("Contract", "")
    if text.isascii() and text.isdigit() and len(text) < 9:
        return int(text)
    return None


def check_room(repository: Repository, ref: str) -> None:
    """Raise RequestError where another branch lies where this one's folder would be, or the other way round."""
    parts = ref.split("/")
    above = {"/".join(parts[:count]) for count in range(3, len(parts))}
    for name in repository.run("for-each-ref", "--format=%(refname)", "refs/heads").splitlines():
        if name in above or name.startswith(f"{ref}/"):
            other, wanted = name.removeprefix("refs/heads/"), ref.removeprefix("refs/heads/")
            raise RequestError(
                f"there is a branch {other}, and git cannot hold {wanted} beside it; choose another --branch"
            )


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
