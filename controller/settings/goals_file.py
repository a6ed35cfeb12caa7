"""The operator's queue of goals: `goals.toml` of their checkout, never of a lineage. What is not done is next."""

import tomllib
from pathlib import Path

from pydantic import ValidationError

from controller.contract import Goal, Line, Sentence, Shape
from controller.errors import RequestError
from controller.settings.toml_lines import line_of

FILE = "goals.toml"


class Wanted(Shape):
    """One `[[goal]]`. `done_when`: commands that succeed when it is reached; none: it is met by evolving."""

    title: Line
    why: Sentence = ""
    done_when: tuple[Line, ...] = ()


class Queue(Shape):
    """The file."""

    goal: tuple[Wanted, ...] = ()


def queue(folder: Path) -> tuple[Goal, ...]:
    """The goals in the file's order; none where there is no file. Raises RequestError naming line and key."""
    path = folder / FILE
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError(f"{path} cannot be read: {error}") from error
    goals = parsed(text)
    titles = [goal.title for goal in goals]
    if twice := next((title for title in titles if titles.count(title) > 1), None):
        raise RequestError(f"{FILE}: two goals are called {twice!r}; a goal is known by its title")
    return goals


def parsed(text: str) -> tuple[Goal, ...]:
    """The goals of the file. Raises RequestError."""
    try:
        found = Queue.model_validate(tomllib.loads(text))
        return tuple(Goal(**one.model_dump()) for one in found.goal)
    except tomllib.TOMLDecodeError as error:
        raise RequestError(f"{FILE}: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(map(str, first["loc"]))
        raise RequestError(f"{FILE}, line {line_of(text, first['loc'])}: {key}: {first['msg']}") from error
