"""A model that is a person, or a program: each request becomes a file, and a file beside it answers it.

`NAME-request.md` is for reading, `NAME-request.json` is the request itself; `NAME-reply.txt` or `NAME-reply.json`
answers it. What is wrong with a reply stands in `NAME-problem.txt`; `NAME-closed.txt` says that it is over.
"""

import asyncio
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from controller.contract import ModelInfo
from controller.errors import RequestError
from controller.gateway.admission import Admission
from controller.gateway.upstreams.manual_page import page
from controller.gateway.upstreams.script import Line, first_error, reply_of
from controller.gateway.upstreams.upstream import JSON, Refusal, Reply

MODEL = ModelInfo(id="manual", output=32_000)
SECONDS = 540.0  # below the client's timeout, which would give up in the middle of an answer
LOOK = 0.25  # seconds between two looks at the folder


@dataclass(frozen=True)
class Letter:
    """The files of one request. `base`: their path, without what tells them apart."""

    base: str

    def file(self, kind: str) -> Path:
        """One of them: `request.md`, `request.json`, `reply.txt`, `reply.json`, `problem.txt`, `closed.txt`."""
        return Path(f"{self.base}-{kind}")

    @property
    def name(self) -> str:
        """What it is called: generation, try, number."""
        return Path(self.base).name

    @property
    def open(self) -> bool:
        """Whether an answer is still waited for."""
        return not self.file("closed.txt").exists()


def letters(folder: Path) -> list[Letter]:
    """The requests in a folder, oldest first."""
    pages = sorted(folder.glob("*-request.md"), key=lambda page: (page.stat().st_mtime_ns, page.name))
    return [Letter(str(page).removesuffix("-request.md")) for page in pages]


def make(addresses: Sequence[str], keys: Mapping[str, str | None]) -> "Manual":
    """The upstream `manual:DIR`. Raises RequestError."""
    return Manual(Path(addresses[0]))


class Manual:
    """The upstream `manual:DIR`. Raises RequestError where the folder cannot be used."""

    name = "manual"
    paid = False

    def __init__(
        self, folder: Path, seconds: float = SECONDS, look: float = LOOK, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._folder, self._seconds, self._look, self._clock = folder.absolute(), seconds, look, clock
        nearest = self._folder  # the folder itself is made with the first request
        while not nearest.exists():
            nearest = nearest.parent
        if not (nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)):
            raise RequestError(f"--model manual:{folder}: {nearest} is no folder that can be written to")
        self._last: dict[int, JSON] = {}

    def models(self) -> tuple[ModelInfo, ...]:
        """The one model it offers."""
        return (MODEL,)

    async def reply(self, request: JSON, admission: Admission) -> Reply:
        """What somebody answers. Raises Refusal: a fault of the world where nobody does in time."""
        try:
            letter = self._write(request, admission)
            try:
                return await self._answer(letter, request)
            finally:
                letter.file("closed.txt").write_text("Nobody waits for an answer any more.\n")
        except OSError as error:
            raise Refusal(503, "api_error", f"the folder of replies: {error.strerror}") from error

    def _write(self, request: JSON, admission: Admission) -> Letter:
        """The request as files: the page comes last, and whole."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        letter = self._next_letter(admission)
        raw = json.dumps(request, indent=1, ensure_ascii=False)
        text = page(letter.name, str(letter.file("reply")), request, self._last.get(admission.try_id))
        letter.file("request.json").write_text(raw + "\n", encoding="utf-8")
        draft = letter.file("request.draft")
        draft.write_text(text, encoding="utf-8")
        draft.replace(letter.file("request.md"))
        self._last[admission.try_id] = request
        return letter

    def _next_letter(self, admission: Admission) -> Letter:
        """The first of a life's letters that is not written yet."""
        number = 1
        while True:
            name = f"{admission.generation:04d}.{admission.try_id}.{number:03d}"
            letter = Letter(str(self._folder / name))
            if not letter.file("request.json").exists():
                return letter
            number += 1

    async def _answer(self, letter: Letter, request: JSON) -> Reply:
        """The first reply that is one. Raises Refusal when the time is over."""
        over, before = self._clock() + self._seconds, (b"", b"")
        while self._clock() < over:
            found = (_read(letter.file("reply.json")), _read(letter.file("reply.txt")))
            if any(found) and found == before:  # a file that still grows is not read
                try:
                    return reply_of(_line(*found), request, f"toolu_{letter.name.replace('.', '_')}")
                except ValueError as error:
                    letter.file("problem.txt").write_text(f"{error}\nMend the reply; it is read again.\n")
            before = found
            await asyncio.sleep(self._look)
        raise Refusal(504, "timeout_error", f"nobody answered {letter.name} within {self._seconds:.0f} seconds")


def _read(path: Path) -> bytes:
    """The bytes of a file, none where there is no file yet."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _line(as_json: bytes, as_text: bytes) -> Line:
    """What a reply says. Raises ValueError."""
    if not as_json:
        return Line(text=as_text.decode().strip())
    try:
        return Line.model_validate_json(as_json)
    except ValidationError as error:
        raise ValueError(first_error(error)) from error
