"""Options made from the settings' fields, when a command is parsed: `heirloom --help` imports no settings.

A command of class `SettingsCommand` has, before its own options, one for each setting whose metadata names the
command; `settings_of` reads what was said of them.
"""

import inspect
import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import typer
from typer.core import TyperCommand

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from controller.settings.settings import Settings

PLAIN = (int, float, bool)  # the types that an option has itself; any other setting is read from text


class SettingsCommand(TyperCommand):
    """A command that some settings are options of."""

    about_lineage = False
    known_as = ""  # to the settings, where its own name is another command's too

    @cached_property
    def made(self) -> list[Any]:
        """The options."""
        from controller.settings.field import EVERY_LINEAGE
        from controller.settings.settings import Settings

        groups = {self.known_as or self.name or "", EVERY_LINEAGE if self.about_lineage else ""}
        return made(groups - {""}, Settings)

    def get_params(self, ctx: Any) -> list[Any]:
        """All parameters, those of the settings first."""
        return [*self.made, *super().get_params(ctx)]


class LineageCommand(SettingsCommand):
    """A command about one lineage."""

    about_lineage = True


def made(commands: set[str], model: "type[Settings]") -> list[Any]:
    """The options of the settings that name one of these commands, in the order of the fields."""
    from controller.settings.field import about

    parameters = []
    for name, field in model.model_fields.items():
        if commands & set(about(field).commands):
            parameters.append(parameter(name, field))

    def holder(**values: Any) -> None:
        """Typer makes the options from its signature; it is never called."""

    vars(holder)["__signature__"] = inspect.Signature(parameters)
    holding = typer.Typer(add_completion=False)
    holding.command()(holder)
    return typer.main.get_command(holding).params


def type_of(field: "FieldInfo") -> Any:
    """The type that the option's text is turned into; a table or an amount is read by the settings."""
    for kind in (field.annotation, *get_args(field.annotation)):
        if kind in PLAIN:
            return kind
    return str


def parameter(name: str, field: "FieldInfo") -> inspect.Parameter:
    """One option as typer reads it from a signature. A switch has no opposite: it is off where nothing is said."""
    declared = f"--{name.replace('_', '-')}"
    option = typer.Option(None, declared, help=help_of(field), callback=keep, expose_value=False, show_default=False)
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=option, annotation=type_of(field) | None)


def help_of(field: "FieldInfo") -> str:
    """What the option means, with its default and unit."""
    from controller.settings.field import about
    from controller.views.setting_text import described

    known = about(field)
    text = described(known.help)
    if not text:
        plain = described(field.description or "")
        text = f"{plain[:1].upper()}{plain[1:]}."
    if field.default is None or field.default == "" or isinstance(field.default, bool):
        return text
    return f"{text} Default: {field.default} {known.unit}".rstrip()


def keep(context: typer.Context, parameter: typer.CallbackParam, value: Any) -> None:
    """Write down what was said of a setting."""
    context.ensure_object(dict)[parameter.name] = value


def given(context: typer.Context) -> dict[str, Any]:
    """What the command line said of the settings; None: nothing."""
    return context.obj or {}


def settings_of(context: typer.Context, repository: Path) -> "Settings":
    """The settings of a command that lives and judges nothing: what they name in a registry is not looked up.

    Raises RequestError.
    """
    from controller.settings.load import load

    return load(given(context), os.environ, repository)[0]


def checked_settings_of(context: typer.Context, repository: Path, **fixed: Any) -> "Settings":
    """The settings of a command that lives or judges: `fixed` are the command's own. Raises RequestError."""
    from controller.operations.checked_settings import load_checked

    return load_checked({**given(context), **fixed}, os.environ, repository)[0]
