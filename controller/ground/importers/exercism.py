"""A practice folder of an Exercism track: `.meta/config.json` names stub, tests and example.

The format: https://exercism.org/docs/building/tracks/practice-exercises
"""

from pathlib import Path, PurePosixPath

from pydantic import BaseModel, Field, ValidationError

from controller.ground.answer import read_answer
from controller.ground.importers.imported import Imported, Importer, hidden_name, sheet

CONFIG = ".meta/config.json"
TEXTS = (".docs/introduction.md", ".docs/instructions.md", ".docs/instructions.append.md")


class Files(BaseModel):
    """Paths below the folder."""

    solution: list[str] = Field(min_length=1)
    test: list[str] = Field(min_length=1)
    example: list[str] = Field(min_length=1)


class Config(BaseModel):
    """What is read of config.json."""

    files: Files
    blurb: str = ""


def fits(folder: Path) -> bool:
    """Whether a folder has the file that says what is what."""
    return (folder / CONFIG).is_file()


def read(folder: Path) -> list[Imported]:
    """One task: the stub is the start, the example the solution."""
    found = read_answer(folder)
    try:
        config = Config.model_validate_json(found.get(CONFIG, b""))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        key = ".".join(str(part) for part in first["loc"]) or "the file"
        return [Imported(folder.name, problem=f"{CONFIG}: {key}: {first['msg']}")]
    named = config.files
    missing = [path for path in (*named.solution, *named.test, *named.example) if path not in found]
    if missing:
        return [Imported(folder.name, problem=f"{CONFIG} names {missing[0]}, which is no plain file here")]
    if len(named.example) != len(named.solution):
        counts = f"{len(named.example)} example files for {len(named.solution)} solution files"
        return [Imported(folder.name, problem=f"{CONFIG}: {counts}: which is which cannot be told")]
    text = b"\n\n".join(found[path].strip() for path in TEXTS if path in found)
    asked = ", ".join(f"`{path}`" for path in named.solution)
    files = {"task.toml": sheet(config.blurb or folder.name)}
    files["instruction.md"] = text + f"\n\nWrite your answer into {asked}.\n".encode()
    for path, example in zip(named.solution, named.example, strict=True):
        files[f"start/{path}"] = found[path]
        files[f"solution/{PurePosixPath(path)}"] = found[example]
    for path in named.test:
        files[f"tests/{hidden_name(path)}"] = found[path]
    return [Imported(folder.name, files)]


EXERCISM = Importer("a practice folder of an Exercism track: a folder with .meta/config.json", fits, read)
