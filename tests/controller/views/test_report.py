"""`heirloom report N`: one life as Markdown, in which nothing that a model wrote is markup."""

from pathlib import Path

import pytest

from controller.contract import TRAILERS
from controller.views.report import fenced, inline
from tests.controller.cli.test_bad_input import heirloom
from tests.controller.lives import END, GOAL, bash, live

RUDE = "</td><script>x</script> | [a](b) **c** \x1b[31m # d"


def test_life_is_one_page(operator: Path, tmp_path: Path) -> None:
    change = bash("echo 'changed = 1' >> agent/__init__.py; echo '```'; printf '\\033[31mred'")
    told = live(operator, [GOAL, change, END])
    page = heirloom("report", "1", "--repository", str(operator)).stdout
    heads = [line for line in page.splitlines() if line.startswith("## ")]
    assert heads == ["## Goal", "## What it says of itself", "## Verdict", "## Change", "## What was said", "## Cost"]
    assert "+changed = 1" in page and "| shape | pass |" in page and "Change a little" in page
    assert "(calls bash)" in page and "\x1b" not in page and "````" in page
    assert f"| Cost-USD | {told.generations[0].trailers['Cost-USD']} |" in page
    out = tmp_path / "page.md"
    assert heirloom("report", "1", "--repository", str(operator), "--out", str(out)).returncode == 0
    assert out.read_text() == page


@pytest.mark.slow
def test_refused_life_shows_its_attempt(operator: Path) -> None:
    live(operator, [GOAL, bash("mkdir controller && echo 'budget = 10**9' > controller/x.py"), END])
    page = heirloom("report", "1", "--repository", str(operator)).stdout
    assert "refused(shape)" in page and "| shape | refuse |" in page
    assert "## Attempt (it was not taken over)" in page and "+budget = 10**9" in page


def test_without_recordings_the_rest_is_told(operator: Path) -> None:
    live(operator, [GOAL, END])
    next((operator / ".git" / "heirloom").rglob("recordings.sqlite")).unlink()
    assert "Not here: there are no recordings" in heirloom("report", "1", "--repository", str(operator)).stdout


def test_missing_generation_has_no_page(operator: Path) -> None:
    live(operator, [GOAL, END])
    refused = heirloom("report", "9", "--repository", str(operator))
    assert (refused.returncode, refused.stdout) == (2, "") and "no generation 9" in refused.stderr


def test_text_of_others_is_never_markup() -> None:
    assert "\\<script\\>" in inline(RUDE) and "\x1b" not in inline(RUDE)
    assert "\n" not in inline("a\n# b")
    lines = list(fenced("```\n````\nend", "diff"))
    assert lines[0] == "`````diff" and lines[-1] == "`````" and "`````" not in lines[1:-1]


def test_every_cost_is_a_trailer() -> None:
    from controller.views.report import COSTS

    assert set(COSTS) <= set(TRAILERS)
