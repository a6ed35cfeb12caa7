"""A scratch lineage in which a candidate lives as any generation does, and what was seen of each life."""

import hashlib
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from controller.contract import (
    CONTEXT_BYTES,
    CONTEXT_FILE,
    EVOLVED,
    TRAILERS,
    AgentContext,
    Claim,
    Facts,
    Goal,
    Limits,
    one_line,
)
from controller.errors import PastBounds
from controller.gates.builds.type_cache import newest
from controller.gates.candidate import INSIDE, Candidate
from controller.gates.reproduction.stub_model import Stub
from controller.gateway.admission import Admission
from controller.git.lineage import FETCH, Lineage
from controller.git.repository import ZERO, Repository
from controller.git.trailers import message
from controller.ledger.calls import Calls
from controller.ledger.database import LEDGER_FILE, Database
from controller.ledger.journal import Journal, Run
from controller.ledger.life import Try
from controller.ledger.phases import Newborn
from controller.life import task_folder, workspace
from controller.life.task_folder import Answer
from controller.memory import complete, parse_context, proposal
from controller.sandbox import child
from controller.sandbox.child import Ending
from controller.sandbox.isolation import Command

DAY = 86_400
LIFE_SECONDS = 1_800.0  # what a life is told; the gate's own bounds are kept, not said
ASKS = 3  # a life is told that it may ask the gate; here nobody answers (404)
CHECKED = ("-c", "fetch.fsckObjects=false")  # the objects were checked when they came from the inbox
RECENT = 3  # earlier generations that a life hears about


@dataclass(frozen=True)
class ScratchLife:
    """One life: how it ended, the commit that it pushed, and the model that saw its requests."""

    ending: Ending
    parent: str
    attempt: str | None
    stub: Stub


class ScratchLineage:
    """Everything of it lies in one folder of the candidate's room. Raises IsolationError, GitError, LedgerError.

    `shift`: how many seconds ahead the clock of a life is, the same for the same candidate.
    """

    def __init__(self, candidate: Candidate) -> None:
        self._candidate = candidate
        self.number = candidate.generation + 1
        self.folder = candidate.room.folder / "birth"
        self.folder.mkdir()
        self.draw = hashlib.sha256(f"{candidate.parent} {candidate.commit}".encode()).hexdigest()
        self.shift = DAY * (2 + int(self.draw[:6], 16) % 398)
        source = candidate.lineage
        self.lineage = Lineage(source.store, Repository(self.folder / "store.git", own=True), source.branch)
        self.lineage.make_bare(self.lineage.store.path)
        self.lineage.store.run(*CHECKED, *FETCH, str(source.store.path), candidate.commit, candidate.parent)
        self._database = Database(self.folder / LEDGER_FILE)
        run_id = time.strftime("%Y%m%d-%H%M%S", time.gmtime(self._now())) + "-" + self.draw[:4]
        self._run = Run(run_id, source.branch, self.number, {})
        Journal(self._database).begin_run(self._run)

    def close(self) -> None:
        """Let go of the scratch ledger."""
        self._database.close()

    def _now(self) -> float:
        return time.time() + self.shift

    def types(self) -> Path | None:
        """A copy of mypy's cache: what is learned of a candidate that is not accepted yet stays here."""
        known = self._candidate.types
        if known is None:
            return None
        here = self.folder / "types"
        if known.is_dir():
            shutil.copytree(known, here, symlinks=True)
        return here

    def memory(self, summary: str) -> AgentContext:
        """The memory that the next life is born with: the candidate's entry, evolved, with this summary."""
        one = self._candidate
        text = one.lineage.read(one.commit, CONTEXT_FILE, CONTEXT_BYTES)
        child_memory = proposal(one.before, parse_context(text), one.generation)
        date = datetime.fromtimestamp(int(self._now()), UTC).isoformat()
        facts = Facts(outcome=EVOLVED, parent=one.parent, attempt=one.commit, exit="exit 10", seconds=60.0, date=date)
        whole = complete(one.before, child_memory, one.generation, None, facts)
        newest = whole.history[-1]
        claim = newest.claim or Claim(outcome="code", summary=summary)
        newest = newest.model_copy(update={"claim": claim.model_copy(update={"summary": summary})})
        return whole.model_copy(update={"history": (*whole.history[:-1], newest)})

    def parent(self, files_of: str, summary: str) -> str:
        """A generation's commit, on which the lineage then stands: these files, that memory."""
        one = self._candidate
        facts = {
            **dict.fromkeys(TRAILERS, "0"),
            "Generation": str(one.generation),
            "Parent": one.parent,
            "Outcome": EVOLVED,
            "Attempt": files_of,
            "Tree": one.lineage.tree(files_of),
            "Run": self._run.id,
        }
        words = message(one.generation, EVOLVED, summary, facts)
        memory = self.memory(summary).render()
        made = self.lineage.commit(one.parent, files_of, memory, words, self._now() - 60)
        self.lineage.store.move(self.lineage.ref, made, self.lineage.store.tip(self.lineage.ref) or ZERO)
        return made

    def live(self, parent: str, goal: Goal | None, stub: Stub, shifted: bool) -> ScratchLife:
        """Live one life, on another day where `shifted`, and fetch what it pushed."""
        tried = Journal(self._database).begin_try(self._run, self.number, parent)
        start: Sequence[str] = workspace.START
        if shifted:
            tried = replace(tried, started=self._now())
            start = start_on_another_day(self.shift)
        folder = self.folder / f"life-{tried.number}"
        newborn = replace(self._newborn(stub), goal=goal, recent=self._recent(), asks=ASKS)
        isolation, types = self._candidate.room.isolation, newest(self._candidate.types)
        workspace.prepare(folder, self.lineage, isolation, tried, newborn, types)
        ending = self._lived(folder, tried, stub, start)
        return ScratchLife(ending, parent, self._fetch(folder, tried), stub)

    def work(self, genome: str, instruction: str, files: Mapping[str, str], stub: Stub) -> tuple[Ending, Answer]:
        """Let the genome of a commit work on a task that begins with these files: how it ended, what it left."""
        tried = Journal(self._database).begin_try(self._run, self.number, genome)
        folder, start = self.folder / f"life-{tried.number}", self.folder / f"start-{tried.number}"
        start.mkdir()
        for name, text in files.items():
            (start / name).write_text(text)
        newborn, isolation = replace(self._newborn(stub), instruction=instruction), self._candidate.room.isolation
        task_folder.prepare(folder, self.lineage, isolation, tried, newborn, start)
        ending = self._lived(folder, tried, stub, workspace.START, instruction)
        return ending, task_folder.take_answer(folder, isolation, self.folder / f"answer-{tried.number}")

    def _newborn(self, stub: Stub) -> Newborn:
        """What every life here is told."""
        one, bounds = self._candidate, self._candidate.room.bounds
        limits = Limits(seconds=LIFE_SECONDS, memory_bytes=bounds.memory_bytes, output_bytes=bounds.output_bytes)
        return Newborn(stub.models(), limits, one.genome, None, (), genome_tokens=one.genome_tokens)

    def _lived(self, folder: Path, tried: Try, stub: Stub, start: Sequence[str], instruction: str = "") -> Ending:
        """Start the life, open a gateway for it, and wait for its end."""
        from controller.gateway.server import Gateway  # late: it brings the web server

        room, token = self._candidate.room, workspace.new_token()
        models = tuple(model.id for model in stub.models())
        deadline = time.monotonic() + LIFE_SECONDS
        admission = Admission(tried.id, self.number, token, deadline=deadline, models=models, instruction=instruction)
        gateway = Gateway(stub, Calls(self._database))
        gateway.start()
        try:
            born = workspace.start(folder, room.isolation, tried, token, room.bounds, tuple(start))
            room.started(born)
            try:
                assert born.listener is not None
                gateway.admit(admission, born.listener)
                return born.wait()
            finally:
                born.end()
        finally:
            gateway.stop()

    def _recent(self) -> tuple[str, ...]:
        """A line for each of the last generations, as birth.json has them."""
        lines = []
        for entry in self._candidate.before.history[-RECENT:]:
            if entry.facts:
                lines.append(f"{entry.generation} {entry.facts.outcome}: {one_line(entry.goal)}")
        return tuple(lines)

    def _fetch(self, folder: Path, tried: Try) -> str | None:
        """What a life pushed, read with its own rights. Raises IsolationError where nothing can be started here."""
        isolation = self._candidate.room.isolation
        inbox = f"{isolation.root(folder)}/{workspace.INBOX}"
        command = workspace.upload_pack(folder, isolation)
        try:
            found = self.lineage.fetch(tried.generation, tried.number, tried.parent, command, inbox)
        except PastBounds:
            return None
        if found is None:  # because nothing was pushed, or because no sandbox can be made?
            child.run(isolation, Command(("true",), folder, cwd=".", writable=False), self._candidate.room.bounds)
        return found


def start_on_another_day(shift: int) -> tuple[str, ...]:
    """The command of a life whose clock is so many seconds ahead."""
    program = (INSIDE / "elsewhen.py").read_text(encoding="utf-8")
    source = (INSIDE / "another_day.py").read_text(encoding="utf-8")
    return ("python", "-c", program, str(shift), source)
