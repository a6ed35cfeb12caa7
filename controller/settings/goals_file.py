"""The operator's goals: `goals.toml` of their checkout, never of a lineage. The first that is not done is next."""

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, ValidationError

from controller.contract import Goal, Line, Sentence, Shape
from controller.errors import RequestError
from controller.settings.complaint import complaint, located
from controller.settings.pytest_command import steps_of

FILE = "goals.toml"


def readable(check: str) -> str:
    """A check that can be run as a check. Raises ValueError, with what is wrong."""
    try:
        steps_of(check)
    except RequestError as error:
        raise ValueError(str(error)) from error
    return check


Check = Annotated[Line, AfterValidator(readable)]


class StatedGoal(Shape):
    """One `[[goal]]`. `done_when`: commands that succeed when it is reached; none: a person closes it."""

    title: Line
    why: Sentence = ""
    done_when: tuple[Check, ...] = ()


class GoalsFile(Shape):
    """The file."""

    goal: tuple[StatedGoal, ...] = ()


def read_goals(folder: Path) -> tuple[Goal, ...]:
    """The goals in the file's order; none where there is no file. Raises RequestError naming line and key."""
    path = folder / FILE
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError(f"{path} cannot be read: {error}") from error
    goals = parse(text)
    titles: set[str] = set()
    for goal in goals:
        if goal.title in titles:
            raise RequestError(f"{FILE}: two goals are called {goal.title!r}; a goal is known by its title")
        titles.add(goal.title)
    return goals


def parse(text: str) -> tuple[Goal, ...]:
    """The goals of the file's text. Raises RequestError."""
    try:
        file = GoalsFile.model_validate(tomllib.loads(text))
        return tuple(Goal(**stated.model_dump()) for stated in file.goal)
    except tomllib.TOMLDecodeError as error:
        raise RequestError(f"{FILE}: {error}") from error
    except ValidationError as error:
        place, what = complaint(error, GoalsFile)
        raise RequestError(located(FILE, text, place, what)) from error
