"""Exchanges as JSON, and back: what `heirloom transcript --json` prints and `--model replay:FILE` reads. Pure."""

import base64
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field

from controller.contract import ModelInfo
from controller.ledger.recordings import Exchange


class Exported(BaseModel):
    """One exchange. `answer` where its bytes are UTF-8 text, else `answer_base64`; None: dropped by `retention`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int = Field(ge=1)
    at: float = 0.0
    path: str
    call: int | None = None
    status: int | None = None
    headers: Mapping[str, str] = {}
    whole: bool = True
    request: dict[str, Any] | None
    answer: str | None = None
    answer_base64: Annotated[str | None, Field(pattern=r"^[A-Za-z0-9+/]*=*$")] = None

    @classmethod
    def of(cls, one: Exchange) -> Self:
        """An exchange as it is exported."""
        text = coded = None
        if one.answer is not None:
            try:
                text = one.answer.decode("utf-8")
            except UnicodeDecodeError:
                coded = base64.b64encode(one.answer).decode()
        return cls(number=one.number, at=one.at, path=one.path, call=one.call, status=one.status, headers=one.headers,
                   whole=one.whole, request=one.request, answer=text, answer_base64=coded)  # fmt: skip

    def exchange(self, life: int) -> Exchange:
        """It again."""
        answer = self.answer.encode() if self.answer is not None else None
        if self.answer_base64 is not None:
            answer = base64.b64decode(self.answer_base64)
        return Exchange(life, self.number, self.path, self.request, self.status, self.headers, answer, self.whole,
                        self.call, self.at)  # fmt: skip


class Recording(BaseModel):
    """One life: who lived it, which models it could ask, and its exchanges. Other keys are left alone."""

    model_config = ConfigDict(frozen=True, extra="allow")

    generation: int = Field(ge=1)
    models: tuple[ModelInfo, ...] = Field(min_length=1)
    exchanges: tuple[Exported, ...]


def exported(exchanges: Iterable[Exchange]) -> tuple[Exported, ...]:
    """Exchanges as they are exported."""
    return tuple(map(Exported.of, exchanges))
