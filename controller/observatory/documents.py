"""The documents of the search index: what of each life, and of what it said, can be searched."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any

from controller.contract import CONTEXT_BYTES, CONTEXT_FILE, GATE_PATH, AgentContext, one_line
from controller.errors import PastBounds
from controller.gateway.wire import read_message
from controller.git.incoming import walk
from controller.git.log import Generation, generations
from controller.git.repository import Repository
from controller.ledger.observed import lives_of
from controller.ledger.recordings import FILE, Recordings, Spoken
from controller.ledger.search_index import Document, SearchIndex
from controller.memory import entry_of, parse_context
from controller.state.place import Place

MANY = 200  # generations that are read at once
SLOW = 400  # generations from which on it is said that this takes a while
PASSED_OVER = ("id", "type", "tool_use_id", "signature", "role", "data", "cache_control")  # keys that say nothing
Notice = Callable[[str], None]


def index_lives(place: Place, index: SearchIndex, lineage: str, tip: str, notice: Notice) -> None:
    """Add the generations of a lineage that are missing. Raises GitError, LedgerError."""
    lived = generations(place.repository, tip)[::-1]
    missing = index.missing([one.commit for one in lived])
    fresh = [(before, one) for before, one in zip([None, *lived], lived, strict=False) if one.commit in missing]
    if len(fresh) > SLOW:
        notice(f"the index for `search` and `lessons` reads {len(fresh):,} generations of {lineage}; this is done once")
    lessons: Sequence[str] = ()
    for start in range(0, len(fresh), MANY):
        part = fresh[start : start + MANY]
        contexts = read_contexts(place.repository, [one for pair in part for one in pair if one is not None])
        diffs = read_diffs(place.repository, [one for _, one in part])
        found = []
        for before, one in part:
            context = contexts.get(one.commit)
            known = contexts.get(before.commit) if before is not None else None
            documents = list(of_life(lineage, one, context, known, before, diffs.get(one.commit, "")))
            lessons = context.lessons if context else lessons
            found.append((one.commit, lessons, documents))
        index.add_generations(found)


def of_life(
    lineage: str,
    one: Generation,
    context: AgentContext | None,
    known: AgentContext | None,
    before: Generation | None,
    diff: str,
) -> Iterator[Document]:
    """The documents of a generation. `known`: the memory that it was born with; `before`: the generation before it."""
    number = tries(one)

    def document(kind: str, place: str, text: str) -> Document:
        return Document(lineage, one.number, number, kind, place, text)

    goal = one.trailers.get("Goal", "")
    if goal and (before is None or before.trailers.get("Goal") != goal):
        why = ""
        if context is not None and context.goal is not None and one_line(context.goal.title) == goal:
            why = context.goal.why
        yield document("goal", "goal", f"{goal}\n{why}")
    entry = entry_of(context, one.number)
    if entry is not None and entry.claim is not None:
        claim = entry.claim
        yield document("claim", "claim", "\n".join((claim.summary, claim.expected, claim.lesson, entry.seen)))
    else:
        yield document("claim", "subject", one.subject.partition(": ")[2])
    for text in context.lessons if context else ():
        if known is None or text not in known.lessons:
            yield document("lesson", "lesson", text)
    reasons = entry.facts.reasons if entry and entry.facts else ()
    yield document("verdict", "facts", "\n".join((one.outcome, one.trailers.get("Gates", ""), *reasons)))
    if diff:
        yield document("diff", "diff" if one.changed else "diff of the attempt", diff)


def tries(one: Generation) -> int:
    """Which try at the generation it was."""
    text = one.trailers.get("Tries", "")
    return int(text) if text.isascii() and text.isdigit() and text != "0" else 1


def read_contexts(repository: Repository, lived: Sequence[Generation]) -> dict[str, AgentContext | None]:
    """By commit, the memory of each generation, read by one git command; of one too large or odd, None."""
    commits = list(dict.fromkeys(one.commit for one in lived))
    names = [f"{commit}:{CONTEXT_FILE}" for commit in commits]
    sizes = repository.run("cat-file", "--batch-check", text="".join(f"{name}\n" for name in names)).splitlines()
    sound = []
    for commit, line in zip(commits, sizes, strict=True):
        words = line.split(" ")
        if words[1:2] == ["blob"] and int(words[2]) <= CONTEXT_BYTES:
            sound.append((commit, words[0], int(words[2])))
    data = repository.run("cat-file", "--batch", text="".join(f"{blob}\n" for _, blob, _ in sound))
    raw, start = data.encode("utf-8", "surrogateescape"), 0
    found: dict[str, AgentContext | None] = {}
    for commit, _, size in sound:
        start = raw.index(b"\n", start) + 1
        found[commit] = parse_context(raw[start : start + size].decode("utf-8", "replace"))
        start += size + 1
    return found


def read_diffs(repository: Repository, lived: Sequence[Generation]) -> dict[str, str]:
    """By commit, what a generation changed, or its attempt would have; nothing where that is too much to be read."""
    wanted = {}
    for one in lived:
        target = one.commit if one.changed else one.trailers.get("Attempt", "none")
        if target != "none" and one.parent:
            wanted[one.commit] = (one.parent, target)
    kinds = repository.kinds([name for pair in wanted.values() for name in pair])
    pairs = {commit: pair for commit, pair in wanted.items() if kinds.get(pair[0]) == kinds.get(pair[1]) == "commit"}
    try:
        return diffs_of(repository, pairs)
    except PastBounds:
        if len(pairs) == 1:
            return {}
    found: dict[str, str] = {}
    for commit, pair in pairs.items():  # one of them is too much: each for itself
        try:
            found |= diffs_of(repository, {commit: pair})
        except PastBounds:
            continue
    return found


def diffs_of(repository: Repository, pairs: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """The diffs of pairs of commits, by one git command. Raises PastBounds."""
    if not pairs:
        return {}
    trees = repository.run(
        "cat-file", "--batch-check=%(objectname)",
        text="".join(f"{old}^{{tree}}\n{new}^{{tree}}\n" for old, new in pairs.values()),
    ).splitlines()  # fmt: skip
    heads = [f"{old} {new}" for old, new in zip(trees[::2], trees[1::2], strict=True)]
    words = ("diff-tree", "--stdin", "-r", "-p", "--no-color", "--no-ext-diff", "--no-textconv", "--unified=1")
    where = ("--", ".", f":(exclude){CONTEXT_FILE}")
    text = walk(repository, *words, *where, text="".join(f"{head}\n" for head in heads))
    by_head = dict.fromkeys(heads, "")
    current: list[str] = []
    head = ""
    for line in [*text.split("\n"), heads[0]]:
        if line in by_head:
            if head:
                by_head[head] = "\n".join(current)
            head, current = line, []
        else:
            current.append(line)
    return {commit: by_head[one] for commit, one in zip(pairs, heads, strict=True)}


def index_recordings(place: Place, index: SearchIndex, lineage: str, notice: Notice) -> None:
    """Add what the lives of a lineage said since, and forget what was dropped. Raises LedgerError."""
    own = Place(place.repository, place.state, lineage)
    if not (own.lineage / FILE).exists():
        return
    with closing(Recordings(own.lineage, to_read=True)) as recordings:
        extent = recordings.extent()
        source = f"{lineage} (recordings)"
        before = index.mark(source)
        if before == extent:
            return
        if before and before.split()[1] != extent.split()[1]:
            index.drop_bodies(lineage, recordings.kept())
        known = index.heard(lineage)
        fresh = {life: calls for life, calls in recordings.calls().items() if calls > known.get(life, 0)}
        if len(fresh) > SLOW:
            notice(f"the index for `search` reads what {len(fresh):,} lives of {lineage} said; this is done once")
        with own.open_ledger() as database:
            lives = lives_of(database, lineage) if database else {}
        for life, calls in fresh.items():
            if life in lives:
                spoken = recordings.spoken(life, known.get(life, 0), index.bodies(lineage))
                documents = [of_body(lineage, *lives[life], one) for one in spoken]
                index.add_calls(lineage, life, calls, documents)
        index.set_mark(source, extent)


def of_body(lineage: str, generation: int, number: int, one: Spoken) -> Document:
    """The document of one message or answer."""
    said: Any
    if one.is_answer and one.path != GATE_PATH:
        said = read_message(one.data, one.kind)
    else:
        try:
            said = json.loads(one.data)
        except (ValueError, RecursionError):
            said = one.data.decode("utf-8", "replace")
    place = f"call {one.number}, {'answer' if one.is_answer else 'request'}"
    return Document(lineage, generation, number, "transcript", place, "\n".join(texts(said)), one.body)


def texts(value: Any) -> Iterator[str]:
    """Every text within JSON data, in its order, but ids and the like."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, list):
            waiting += reversed(one)
        elif isinstance(one, dict):
            waiting += [inner for name, inner in reversed(one.items()) if name not in PASSED_OVER]
