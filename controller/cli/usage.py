"""What is said where something was typed that is no command of ours: what is wrong, and where the help is."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

import typer

# What was typed is no command of ours: click's, which typer vendors and does not export
USAGE: Any = typer.BadParameter.__mro__[1]
NO_NUMBER = "Input should be a valid integer"  # how the message begins where a text is no number


def complaint(error: Any, words: Sequence[str], commands: Sequence[str]) -> str:
    """One line for an error of the command line, of which `words` were typed. `commands`: all that there are."""
    option = getattr(error, "option_name", None)
    if option is not None and hasattr(error, "possibilities"):
        error.possibilities = likely(option, options_of(error.ctx))
    text = " ".join(error.format_message().split())
    before, is_number, _ = text.partition(NO_NUMBER)
    if is_number:
        text = f"{before}it must be a whole number."
    if not text.endswith((".", ")")):
        text += "."
    command = command_of(error, words, commands)
    return f"{command}: {text} Try `{command} --help`."


def command_of(error: Any, words: Sequence[str], commands: Sequence[str]) -> str:
    """The command that was meant; an option without its value does not tell, the words do."""
    if error.ctx is not None:
        return str(error.ctx.command_path)
    if words and words[0] in commands:
        return f"heirloom {words[0]}"
    return "heirloom"


def options_of(context: Any) -> list[str]:
    """Every option of the command that was meant."""
    if context is None:
        return []
    found = ["--help"]
    for parameter in context.command.get_params(context):
        found += [name for name in parameter.opts if name.startswith("--")]
    return found


def likely(typed: str, options: Sequence[str]) -> list[str]:
    """The options that a mistyped one may have meant: those that begin so, else those that look alike. Pure."""
    begun = [one for one in options if one.startswith(typed) and typed.strip("-")]
    return sorted(set(begun or get_close_matches(typed, options, n=2, cutoff=0.7)))
