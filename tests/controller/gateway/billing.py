"""The script of a provider that bills every request that reached it, whole or not, and keeps what it billed."""

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from typing import Any

from bench.parts.provider import KEPT_STREAM_HEAD, LAST, Reply, Request, chunk, event, json_bytes

DIFFERENT = 1_000  # a model's input counts: each is its own, so that a bill can be told from every other
LONGEST = 300  # tokens of an answer
SLOWEST = 0.02  # seconds
Bill = tuple[str, int, int]  # model, input, output


class Billing:
    """Answers a request for `model` as chance has it: whole, cut in the middle, with 529, slowly."""

    def __init__(self) -> None:
        self.billed: dict[str, Counter[Bill]] = defaultdict(Counter)  # of each run
        self.most = 0  # the longest answer that was asked for
        self._numbers: Counter[str] = Counter()
        self._chance = random.Random(7)

    def bill(self, asked: dict[str, Any]) -> Bill:
        """The price of a request, of a kind that comes once; its text begins with the run's name."""
        model, run = asked["model"], asked["messages"][0]["content"].partition(" ")[0]
        self._numbers[model] = self._numbers[model] % DIFFERENT + 1
        self.most = max(self.most, asked["max_tokens"])
        bill = (model, self._numbers[model], self._chance.randint(1, min(asked["max_tokens"], LONGEST)))
        self.billed[run][bill] += 1
        return bill

    def __call__(self, request: Request) -> Reply:
        """The answer, which comes slowly; the connection is used again."""
        return Reply(self._parts(request.json), "keep")

    async def _parts(self, asked: dict[str, Any]) -> AsyncIterator[bytes]:
        await asyncio.sleep(self._chance.random() * SLOWEST)
        if self._chance.random() < 0.05:
            yield json_bytes(529, {})
            return
        for part in self._answer(asked):
            if self._chance.random() < 0.02:
                raise ConnectionResetError
            yield part

    def _answer(self, asked: dict[str, Any]) -> list[bytes]:
        """The parts of an answer, billed before any of them is sent."""
        _, read, written = self.bill(asked)
        usage = {"input_tokens": read, "output_tokens": written}
        if not asked.get("stream"):
            whole = json_bytes(200, {"type": "message", "content": [], "stop_reason": "end_turn", "usage": usage})
            middle = len(whole) - 20
            return [whole[:middle], whole[middle:]]
        start = event("message_start", message={"usage": {**usage, "output_tokens": 1}})
        text = event("content_block_start", index=0, content_block={"type": "text", "text": ""})
        text += event("content_block_delta", index=0, delta={"type": "text_delta", "text": "x"})
        end = event("message_delta", delta={"stop_reason": "end_turn"}, usage=usage) + event("message_stop")
        return [KEPT_STREAM_HEAD + chunk(start), chunk(text), chunk(end) + LAST]
