"""`heirloom config`: every setting, its value, where that is from, what it means."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from rich.console import Console
from rich.markup import escape

from controller.gates.gate import Gate
from controller.gates.registry import GATES
from controller.operations.checked_settings import load_checked
from controller.settings.field import about
from controller.settings.load import variables
from controller.settings.settings import Settings
from controller.views.setting_text import described
from controller.views.text import json_line


def lines(settings: Settings, origin: Mapping[str, str], gates: tuple[Gate, ...] = GATES) -> Iterator[str]:
    """Two lines a setting, as rich's markup, and which gates can be off.

    `origin`: where each value is from (`load`).
    """
    model = type(settings)
    variable_of = variables(model)
    values = settings.model_dump(mode="json")
    for key, field in model.model_fields.items():
        where = origin[key]
        table = getattr(settings, key)
        if key in variable_of:
            yield line(key, field, values[key], f"{where}; {variable_of[key]}")
        elif isinstance(table, BaseModel):
            for inner, inner_field in type(table).model_fields.items():
                yield line(f"{key}.{inner}", inner_field, values[key][inner], where)
            if key == "gates":
                may_be_off = [gate.name for gate in gates if not gate.always]
                yield f"    gates that can be off: {', '.join(may_be_off)}"
        else:
            yield line(key, field, values[key], where)


def line(key: str, field: FieldInfo, value: Any, where: str) -> str:
    """One setting."""
    shown = f"{value!r} {about(field).unit}".rstrip()
    return f"[bold]{key}[/] = {escape(shown)}  [dim]({where})[/]\n    {escape(described(field.description or ''))}"


def show(repository: Path, console: Console, as_json: bool) -> None:
    """Print them. Raises RequestError where one is wrong."""
    settings, origin = load_checked({}, os.environ, repository)
    if as_json:
        values = settings.model_dump(mode="json")
        json_line(console, {key: {"value": values[key], "from": origin[key]} for key in values})
        return
    for text in lines(settings, origin):
        console.print(text)
