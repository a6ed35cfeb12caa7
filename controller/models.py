"""What an operator may say of a model in heirloom.toml, where its provider tells nothing: `[models."ID"]`."""

from typing import Any, Literal

from pydantic import Field

from controller.contract import Shape


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
