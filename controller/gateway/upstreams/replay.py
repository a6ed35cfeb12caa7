"""The upstream `replay:RECORDING`: what was answered once is answered again, in order, as long as the same is asked.

RECORDING is a file that `heirloom transcript N --json` printed. Nothing is ever asked of a real model.
"""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from controller.contract import ModelInfo
from controller.errors import RequestError
from controller.gateway.difference import Difference, differences
from controller.gateway.upstreams.upstream import JSON, Answer, Headers
from controller.ledger.exported import Recording
from controller.ledger.recordings import Exchange

OURS = "heirloom-"
REFUSED = 403  # no fault that passes, and none of the genome's: a run stops at once
RECORDING_BYTES = 2**30


class Replay:
    """Answers by a life's exchanges. `lenient`: in order, whatever is asked; what differs is only listed."""

    name = "replay"
    paid = False

    def __init__(self, exchanges: Sequence[Exchange], models: Sequence[ModelInfo], lenient: bool = False) -> None:
        self._exchanges, self._models, self._lenient = exchanges, tuple(models), lenient
        self.asked = 0
        self.over = False  # a difference ended it
        self.differences: list[Difference] = []

    @property
    def left(self) -> int:
        """How many recorded calls were not asked for."""
        return max(len(self._exchanges) - self.asked, 0)

    def models(self) -> tuple[ModelInfo, ...]:
        """The models that the recorded life could ask."""
        return self._models

    async def send(self, path: str, headers: Headers, body: bytes) -> Answer:
        """The recorded answer to the next request."""
        one = self.next(path, json.loads(body))
        if one.status is None:  # nobody waited for it then; who waits now will go on in the end, too
            await asyncio.Event().wait()
        return answer(one.status or REFUSED, one.headers, one.answer or b"")

    def next(self, path: str, asked: JSON) -> Exchange:
        """The exchange that this request begins; a refusal where the recording holds no answer to it."""
        self.asked += 1
        if not self.over:
            found = self._compared(path, asked)
            self.differences += found if self._lenient else found[:1]
            self.over = (bool(found) and not self._lenient) or self.asked > len(self._exchanges) or self._cut()
        return refusal(self.asked, path, self.differences[-1]) if self.over else self._exchanges[self.asked - 1]

    def _cut(self) -> bool:
        """Whether the recorded life was ended while it waited for this answer, the last that it asked for."""
        if self.asked < len(self._exchanges) or self._exchanges[-1].status is not None:
            return False
        self.differences.append(Difference(self.asked, "the answer", "none, the life was ended", "one"))
        return True

    def _compared(self, path: str, asked: object) -> list[Difference]:
        """How a request differs from the recorded one."""
        if self.asked > len(self._exchanges):
            return [Difference(self.asked, "the request", "no more calls", path)]
        one = self._exchanges[self.asked - 1]
        if one.path != path:
            return [Difference(self.asked, "the request", one.path, path)]
        return list(differences(self.asked, one.request, asked))

    async def close(self) -> None:
        """There is nothing to give up."""


def answer(status: int, headers: Headers, body: bytes) -> Answer:
    """An answer as a provider would have given it; a stream that was cut ends where it was cut."""

    async def passing() -> AsyncGenerator[bytes, None]:
        for event in re.split(rb"(?<=\n\n)", body):  # as they came: an error at the end is none at the beginning
            yield event

    async def close() -> None: ...

    ours = {name: value for name, value in headers.items() if name.startswith(OURS)}
    return Answer(status, headers, passing(), close, ours)


def refusal(number: int, path: str, why: Difference) -> Exchange:
    """What a life is told where the recording holds no answer for it."""
    told = {"type": "error", "error": {"type": "permission_error", "message": f"replay: {why}"}}
    headers = {"content-type": "application/json", "x-should-retry": "false"}
    return Exchange(0, number, path, None, REFUSED, headers, json.dumps(told).encode())


def make(addresses: Sequence[str], keys: Mapping[str, str | None]) -> Replay:
    """The upstream `replay:RECORDING`. Raises RequestError."""
    return load(Path(addresses[0]))


def load(path: Path) -> Replay:
    """The upstream of a file. Raises RequestError."""
    try:
        if path.stat().st_size > RECORDING_BYTES:
            raise RequestError(f"{path} is over {RECORDING_BYTES // 2**20} MiB; no life's recording is")
        recording = Recording.model_validate_json(path.read_bytes())
    except OSError as error:
        raise RequestError(f"{path}: {error.strerror}; make one by: heirloom transcript N --json >FILE") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise RequestError(
            f"{path}: {where}: {first['msg']}; make one by: heirloom transcript N --json >FILE"
        ) from error
    exchanges = [one.exchange(recording.generation) for one in recording.exchanges]
    check_whole(exchanges)
    return Replay(exchanges, recording.models)


def check_whole(exchanges: Sequence[Exchange]) -> None:
    """Raise RequestError where something was dropped."""
    if any(one.request is None or one.answer is None for one in exchanges):
        raise RequestError("what was said in this life was dropped (the setting `retention`); it cannot be replayed")
