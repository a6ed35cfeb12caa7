"""What the pages print exists: commands, options, settings, paths, links; and the pages keep their form.

Each check is a function of a page's text that returns what is wrong, so that a planted page shows that it can fail.
"""

import re
from functools import cache
from pathlib import Path

import pytest
import typer

from controller.cli.common import app
from controller.errors import RequestError
from controller.settings.goals_file import read_goals
from controller.settings.load import load, variables
from controller.settings.settings import Settings
from tests.laws import ORDER

ROOT = Path(__file__).resolve().parent.parent
README_LINES = 150
PAGES = sorted({*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("vm/*.md")})
# Pages whose words are those of the provider's library; test_decided.py holds them
FILTER = ("docs/request-filter.md", "docs/decisions/0006-what-passes-the-filter.md")
FOLDERS = ("agent", "bench", "controller", "docs", "escape", "hunter", "nursery", "tests", "vm")

# `heirloom` where a command begins: a line, a span of code, after a prompt or sudo, or in the next column
COMMAND = re.compile(r"(?:^|`|[$#] |  |\./|sudo )heirloom +(?=[a-z]|--help)", re.M)
ENDS = re.compile(r"`|  | #| \| |\n")
CONTINUED = re.compile(r"\\\n\s*")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
SPAN = re.compile(r"`([^`\n]+)`")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.M | re.S)
LINK = re.compile(r"\[[^\]\n]+\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.M)
ENVIRONMENT = re.compile(r"\bHEIRLOOM_[A-Z_]+\b")
# of docker, llama.cpp, vLLM, pytest
FOREIGN_OPTIONS = {"--user", "--security-opt", "--parallel", "--jinja", "--api-key", "--maxfail"}


@cache
def commands() -> dict[str, set[str] | None]:
    """The options of each command, of a group those of all its commands.

    None where any option is passed on to another program.
    """
    found: dict[str, set[str] | None] = {}
    group = typer.main.get_command(app)
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        options = {"--help"}
        for one in (command, *getattr(command, "commands", {}).values()):
            parameters = one.get_params(one.make_context(name, [], resilient_parsing=True))
            options |= {option for parameter in parameters for option in parameter.opts}
        found[name] = None if command.context_settings.get("ignore_unknown_options") else options
    return found


@cache
def top_level_options() -> set[str]:
    """The options before any command."""
    group = typer.main.get_command(app)
    return {option for parameter in group.params for option in parameter.opts}


@cache
def words() -> set[str]:
    """The words of everything that is no page: programs, scripts, settings of the machine."""
    kinds = {".py", ".sh", ".toml", ".example", ".yaml", ".service"}
    files = [path for folder in FOLDERS if (ROOT / folder).is_dir() for path in (ROOT / folder).rglob("*")]
    named = [path for path in files if path.suffix in kinds and path != Path(__file__)]
    found: set[str] = set()
    for path in [*named, ROOT / "Vagrantfile"]:
        found.update(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    return found


def printed_commands(text: str) -> list[list[str]]:
    """The words of each `heirloom …` that a page prints."""
    joined = CONTINUED.sub("", text) + "\n"
    found = []
    for match in COMMAND.finditer(joined):
        end = ENDS.search(joined, match.end())
        found.append(joined[match.end() : end.start() if end else None].split())
    return found


def wrong_commands(text: str) -> list[str]:
    """Commands that do not exist, and options that their command does not have."""
    wrong = []
    for name, *rest in printed_commands(text):
        if name not in commands() and name not in top_level_options() | {"--help"}:
            wrong.append(f"heirloom {name}")
            continue
        options = commands().get(name)
        for option in OPTION.findall(" ".join(rest)):
            if options is not None and option not in options:
                wrong.append(f"heirloom {name} {option}")
    return wrong


def wrong_options(text: str) -> list[str]:
    """Options in a span of code of their own that no command has."""
    known = {option for options in commands().values() for option in options or ()} | top_level_options()
    spans = [span.split()[0] for span in SPAN.findall(text) if span.startswith("--")]
    return [option for option in spans if option not in known | FOREIGN_OPTIONS]


def wrong_benches(text: str) -> list[str]:
    """Benchmarks that do not exist."""
    asked = [typed[1] for typed in printed_commands(text) if typed[0] == "bench" and len(typed) > 1]
    return [name for name in asked if name.islower() and not (ROOT / "bench" / f"{name}.py").exists()]


def wrong_settings(text: str, model: type[Settings] = Settings) -> list[str]:
    """Names that no source has: settings and other names with an underscore, and environment variables."""
    known = {*variables(model).values(), *words()}
    environment = ENVIRONMENT.findall(text)
    underscored = [span for span in SPAN.findall(text) if re.fullmatch(r"[a-z]+(_[a-z]+)+", span)]
    return [name for name in [*environment, *underscored] if name not in known]


def wrong_tables(text: str, folder: Path) -> list[str]:
    """Examples of heirloom.toml and goals.toml that their readers refuse."""
    wrong = []
    for language, body in FENCE.findall(text):
        if language != "toml":
            continue
        name = "goals.toml" if "[[goal]]" in body else "heirloom.toml"
        (folder / name).write_text(body, encoding="utf-8")
        try:
            load({}, {}, folder)
            read_goals(folder)
        except RequestError as error:
            wrong.append(str(error))
        (folder / name).unlink()
    return wrong


def wrong_paths(text: str) -> list[str]:
    """Paths of this repository that are not there."""
    spans = [span for span in SPAN.findall(text) if re.fullmatch(rf"({'|'.join(FOLDERS)})/[\w./-]*", span)]
    return [span for span in spans if not (ROOT / span).exists()]


def wrong_rows(text: str) -> list[str]:
    """Names of code in a row of a table that no file of the row has."""
    wrong = []
    for row in re.findall(r"^\|.*\.py`.*$", text, re.M):
        spans = SPAN.findall(row)
        files = [ROOT / span for span in spans if span.endswith(".py") and (ROOT / span).exists()]
        texts = "\n".join(file.read_text(encoding="utf-8") for file in files)
        names = [span for span in spans if re.fullmatch(r"[A-Z][A-Za-z_]+", span)]
        wrong += [name for name in names if texts and name not in texts and name != "Settings"]
    return wrong


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    plain = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(FENCE.sub("", text))]
    return {heading.strip().replace(" ", "-") for heading in plain}


def wrong_links(text: str, folder: Path) -> list[str]:
    """Relative links whose file or heading is not there. `folder`: where the page lies."""
    wrong = []
    for link in LINK.findall(FENCE.sub("", text)):
        target, _, anchor = link.partition("#")
        if "://" in link:
            continue
        page = folder / target
        if not page.exists() or (anchor and anchor not in anchors(page.read_text(encoding="utf-8"))):
            wrong.append(link)
    return wrong


def unlinked(text: str, pages: list[str]) -> list[str]:
    """Pages that a text does not link to."""
    return [page for page in pages if page not in LINK.findall(text)]


def gaps(files: list[str]) -> list[str]:
    """Decisions whose number does not follow from the one before."""
    return [name for place, name in enumerate(sorted(files), 1) if not name.startswith(f"{place:04}-")]


def too_long(text: str) -> bool:
    """Whether a README is longer than a first page."""
    return text.count("\n") > README_LINES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_page_prints_what_exists(page: Path, tmp_path: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert wrong_commands(text) == []
    assert wrong_options(text) == []
    assert wrong_benches(text) == []
    assert wrong_tables(text, tmp_path) == []
    assert wrong_links(text, page.parent) == []
    assert wrong_paths(text) == []
    if page.relative_to(ROOT).as_posix() not in FILTER:
        assert wrong_settings(text) == []


def test_readme_is_one_page() -> None:
    assert not too_long((ROOT / "README.md").read_text(encoding="utf-8"))
    assert too_long("x\n" * (README_LINES + 1))


def test_readme_links_every_page() -> None:
    pages = [f"docs/{page.name}" for page in sorted((ROOT / "docs").glob("*.md"))]
    assert unlinked((ROOT / "README.md").read_text(encoding="utf-8"), pages) == []
    assert unlinked("[a](docs/a.md)", ["docs/a.md", "docs/b.md"]) == ["docs/b.md"]


def test_decisions_have_no_gap() -> None:
    pages = sorted((ROOT / "docs" / "decisions").iterdir())
    assert gaps([page.name for page in pages]) == []
    titles = [page.read_text(encoding="utf-8").split(".")[0] for page in pages]
    assert titles == [f"# {number}" for number in range(1, len(pages) + 1)]
    assert gaps(["0001-a.md", "0003-b.md"]) == ["0003-b.md"]


def test_architecture_lists_every_room() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    listed = next(body for _, body in FENCE.findall(page) if body.startswith("contract.py"))
    assert tuple(re.findall(r"^(\w+)", listed, re.M)) == ORDER


def test_places_of_changes_are_exact() -> None:
    assert wrong_rows((ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")) == []
    assert wrong_rows("| a gate | a row of `GATE_ROWS` in `controller/gates/registry.py` |") == ["GATE_ROWS"]


def test_every_command_is_on_a_page() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    printed = {typed[0] for typed in printed_commands(text)}
    assert set(commands()) <= printed


@pytest.mark.parametrize(
    ("page", "wrong"),
    [
        ("`heirloom rum`", "heirloom rum"),
        ("```\n./heirloom walk --goal x\n```\n", "heirloom walk"),
        ("heirloom log     a line\nx     heirloom logs    all lines\n", "heirloom logs"),
        ("`sudo heirloom halt`", "heirloom halt"),
        ("```\n./heirloom run --goals x  # more\n```\n", "heirloom run --goals"),
        ("```\n./heirloom run --goal x \\\n    --tokens 3\n```\n", "heirloom run --tokens"),
    ],
)
def test_planted_command_is_found(page: str, wrong: str) -> None:
    assert wrong_commands(page) == [wrong]


def test_planted_option_is_found() -> None:
    assert wrong_options("`--goal TEXT` and `--gaol TEXT`") == ["--gaol"]


def test_planted_benchmark_is_found() -> None:
    assert wrong_benches("`./heirloom bench gates` and `./heirloom bench fences`") == ["fences"]


def test_planted_setting_is_found() -> None:
    assert wrong_settings("`stop_deaths`, HEIRLOOM_BUDGET") == []
    assert wrong_settings("`stop_dearths`, `HEIRLOOM_BUDGETS`") == ["HEIRLOOM_BUDGETS", "stop_dearths"]


def test_planted_toml_is_found(tmp_path: Path) -> None:
    page = "```toml\nbudgets = 3\n```\n```toml\n[[goal]]\ntitle = 3\n```\n"
    first, second = wrong_tables(page, tmp_path)
    assert "budgets" in first and "title" in second


def test_planted_path_is_found() -> None:
    assert wrong_paths("`controller/contract.py`, `controller/contracts.py`") == ["controller/contracts.py"]


def test_planted_link_is_found(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("# A title: here\n", encoding="utf-8")
    page = "[a](page.md) [b](page.md#a-title-here) [c](pages.md) [d](page.md#title) [e](https://example.org)"
    assert wrong_links(page, tmp_path) == ["pages.md", "page.md#title"]
