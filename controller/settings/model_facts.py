"""What an operator may say of a model in heirloom.toml, where its provider tells nothing: `[models."ID"]`."""

from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from controller.contract import Shape


class Rate(Shape):
    """What an operator says that a model costs: dollars for a million tokens. `[prices."ID"]` in heirloom.toml."""

    input: Decimal = Field(ge=0, le=10**6)
    output: Decimal = Field(ge=0, le=10**6)
    cache_read: Decimal | None = Field(None, ge=0, le=10**6)
    cache_write: Decimal | None = Field(None, ge=0, le=10**6)
    cache_write_1h: Decimal | None = Field(None, ge=0, le=10**6)


class Stated(Shape):
    """Sizes in tokens, and what the model takes; None: not said."""

    context: int | None = Field(None, gt=0, le=10**9)
    output: int | None = Field(None, gt=0, le=10**9)
    dialect: Literal["anthropic", "schema"] | None = None
    caching: bool | None = None
    thinking: bool | None = None
    effort: bool | None = None
    thinking_types: tuple[str, ...] | None = None
    effort_levels: tuple[str, ...] | None = None

    def said(self) -> dict[str, Any]:
        """What is said, by the names of `ModelInfo`."""
        return self.model_dump(exclude_none=True)
