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
from controller.gateway.upstreams.script import first_error
from controller.gateway.upstreams.upstream import Answer, Headers
from controller.ledger.exported import Recording
from controller.ledger.recordings import Exchange

OWN_PREFIX = "heirloom-"  # of the headers that the gateway itself sent
REFUSED = 403  # no fault that passes, and none of the genome's: a run stops at once
RECORDING_BYTES = 2**30
HOW = "make one by: heirloom transcript N --json >FILE"


class Replay:
    """Answers by a life's exchanges. `lenient`: in order, whatever is asked; what differs is only listed."""

    name = "replay"
    paid = False
    counts = False  # a recording holds no count that the gateway itself asked for

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
        exchange = self.next(path, json.loads(body))
        if exchange.status is None:  # nobody waited for it then; who waits now will go on in the end, too
            await asyncio.Event().wait()
        return answer(exchange.status or REFUSED, exchange.headers, exchange.answer or b"")

    def next(self, path: str, asked: object) -> Exchange:
        """The exchange that this request begins; a refusal where the recording holds no answer to it."""
        self.asked += 1
        if not self.over:
            self._compare(path, asked)
        if self.over:
            return refusal(self.asked, path, self.differences[-1])
        return self._exchanges[self.asked - 1]

    def _compare(self, path: str, asked: object) -> None:
        """Note how a request differs from the recorded one, and whether the replay ends with it."""
        found = self._differences(path, asked)
        if self._lenient:
            self.differences += found
        elif found:
            self.differences.append(found[0])
            self.over = True
        if self.asked > len(self._exchanges):
            self.over = True
        elif not self.over and self._was_cut():
            self.differences.append(Difference(self.asked, "the answer", "none, the life was ended", "one"))
            self.over = True

    def _was_cut(self) -> bool:
        """Whether the recorded life was ended while it waited for this answer, the last that it asked for."""
        return self.asked == len(self._exchanges) and self._exchanges[-1].status is None

    def _differences(self, path: str, asked: object) -> list[Difference]:
        """How a request differs from the recorded one."""
        if self.asked > len(self._exchanges):
            return [Difference(self.asked, "the request", "no more calls", path)]
        exchange = self._exchanges[self.asked - 1]
        if exchange.path != path:
            return [Difference(self.asked, "the request", exchange.path, path)]
        return list(differences(self.asked, exchange.request, asked))

    async def close(self) -> None:
        """There is nothing to give up."""


def answer(status: int, headers: Headers, body: bytes) -> Answer:
    """An answer as a provider would have given it; a stream that was cut ends where it was cut."""

    async def passing() -> AsyncGenerator[bytes, None]:
        for event in re.split(rb"(?<=\n\n)", body):  # as they came: an error at the end is none at the beginning
            yield event

    async def close() -> None: ...

    recorded = {name: value for name, value in headers.items() if name.startswith(OWN_PREFIX)}
    return Answer(status, headers, passing(), close, recorded)


def refusal(number: int, path: str, why: Difference) -> Exchange:
    """The answer where the recording holds none."""
    body = {"type": "error", "error": {"type": "permission_error", "message": f"replay: {why}"}}
    headers = {"content-type": "application/json", "x-should-retry": "false"}
    return Exchange(0, number, path, None, REFUSED, headers, json.dumps(body).encode())


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
        raise RequestError(f"{path}: {error.strerror}; {HOW}") from error
    except ValidationError as error:
        raise RequestError(f"{path}: {first_error(error)}; {HOW}") from error
    exchanges = [one.exchange(recording.generation) for one in recording.exchanges]
    check_whole(exchanges)
    return Replay(exchanges, recording.models)


def check_whole(exchanges: Sequence[Exchange]) -> None:
    """Raise RequestError where something was dropped."""
    if any(one.request is None or one.answer is None for one in exchanges):
        raise RequestError("what was said in this life was dropped (the setting `retention`); it cannot be replayed")
