"""What is known of a setting beside its type: all that help, `config`, the ledger and the stamp make of it. Pure."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field
from pydantic.fields import FieldInfo

EVERY_LINEAGE = "every command about a lineage"  # in `commands`: not one of them, all of them


@dataclass(frozen=True)
class About:
    """The metadata of one setting.

    `commands`: where it is an option. `changeable`: a run that is gone on with may have another value than it began
    with. `stamped`: it is part of what a life is, and so of the Config stamp. `variable`: it can be set by an
    environment variable, which a table cannot.
    """

    unit: str = ""  # of the number; "" where the description counts things
    commands: tuple[str, ...] = ()
    help: str = ""  # the option's; "" stands for the description
    changeable: bool = False
    stamped: bool = True
    variable: bool = True


def setting(default: Any, description: str, about: About = About(), **constraints: Any) -> Any:
    """The field of one setting; `constraints` are pydantic's (`gt`, `le`, `max_length`, …).

    The description is for people. A name in braces in it stands for what a registry of a higher room knows: the views
    put that in its place.
    """
    field = Field(default, description=description, **constraints)
    field.metadata.append(about)
    return field


def about(field: FieldInfo) -> About:
    """The metadata of a field; a field that was made without has the defaults."""
    for item in field.metadata:
        if isinstance(item, About):
            return item
    return About()


def names(model: type[BaseModel], **wanted: bool) -> set[str]:
    """The settings whose metadata has these values: `names(Settings, changeable=True)`."""
    found = set()
    for name, field in model.model_fields.items():
        known = about(field)
        if all(getattr(known, key) == value for key, value in wanted.items()):
            found.add(name)
    return found
