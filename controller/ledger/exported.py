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
        text, coded = as_text(one.answer)
        return cls(
            number=one.number,
            at=one.at,
            path=one.path,
            call=one.call,
            status=one.status,
            headers=one.headers,
            whole=one.whole,
            request=one.request,
            answer=text,
            answer_base64=coded,
        )

    def exchange(self, life: int) -> Exchange:
        """The exchange that was exported, as one of this life."""
        answer = None
        if self.answer is not None:
            answer = self.answer.encode()
        elif self.answer_base64 is not None:
            answer = base64.b64decode(self.answer_base64)
        return Exchange(
            life=life,
            number=self.number,
            path=self.path,
            request=self.request,
            status=self.status,
            headers=self.headers,
            answer=answer,
            whole=self.whole,
            call=self.call,
            at=self.at,
        )


def as_text(answer: bytes | None) -> tuple[str | None, str | None]:
    """Bytes as text, or in base64 where they are no UTF-8; the other one is None."""
    if answer is None:
        return None, None
    try:
        return answer.decode("utf-8"), None
    except UnicodeDecodeError:
        return None, base64.b64encode(answer).decode()


class Recording(BaseModel):
    """One life: who lived it, which models it could ask, and its exchanges. Other keys are left alone."""

    model_config = ConfigDict(frozen=True, extra="allow")

    generation: int = Field(ge=1)
    models: tuple[ModelInfo, ...] = Field(min_length=1)
    exchanges: tuple[Exported, ...]


def exported(exchanges: Iterable[Exchange]) -> tuple[Exported, ...]:
    """Exchanges as they are exported."""
    return tuple(Exported.of(one) for one in exchanges)
