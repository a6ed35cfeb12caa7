"""View, search, insert and Python count lines alike, whatever the text holds."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from agent.code_map import symbols
from agent.text import lines_of
from agent.tools.search import Search
from agent.tools.str_replace_based_edit_tool import inserted, replaced, view
from tests.agent.fakes import workspace

# The same cases each time: a gate's answer must not depend on a draw. A busy machine takes long for the tables of all
# characters.
STEADY = settings(derandomize=True, deadline=None, max_examples=60, suppress_health_check=(HealthCheck.too_slow,))

ODD = "\f\v\x1c\x1d\x1e\x85\u2028\u2029\t é\n\r"  # what some count as the end of a line, and what all do
TEXTS = st.text(st.sampled_from(ODD + "ab"), max_size=30)
PROSE = TEXTS.map(lambda text: text.replace("\r", "").replace("\0", ""))


@STEADY
@given(TEXTS, TEXTS)
def test_a_marked_line_has_one_number(before: str, after: str) -> None:
    text = f"{before}\nMARK\n{after}"
    number = text[: text.index("MARK")].count("\n") + 1  # as git counts
    assert lines_of(text)[number - 1] == "MARK"
    assert view(text, number, number) == f"{number:3} MARK"
    assert inserted(text, number, "NEW")[1:] == (number + 1, number + 1)
    assert lines_of(inserted(text, number, "NEW")[0])[number].rstrip("\r") == "NEW"
    assert lines_of(inserted(text, number - 1, "NEW")[0])[number] == "MARK"
    assert replaced(text, "MARK", "NEW")[1:] == (number, number)


@STEADY
@given(PROSE, st.text(st.sampled_from("\f\x1c\x85\u2028é ab"), max_size=9))
def test_python_counts_as_view_does(text: str, name: str) -> None:
    source = f'"""{text}"""\nword = {name!r}  # {name}\n\n\ndef found() -> None: ...\n'
    number = source[: source.index("def found")].count("\n") + 1
    assert symbols(source) == [view(source, number, number)]


@STEADY
@example("\r\n\r", 2, "")
@given(TEXTS, st.integers(0, 9), TEXTS.filter(lambda text: "\r" not in text))
def test_an_insert_moves_what_follows_and_nothing_else(text: str, after: int, new: str) -> None:
    lines = lines_of(text)
    after = min(after, len(lines))
    made, first, last = inserted(text, after, new)
    kept = [line.removesuffix("\r") for line in lines_of(made)]
    assert (first, last) == (after + 1, after + max(len(lines_of(new)), 1))
    assert kept[:after] == [line.removesuffix("\r") for line in lines[:after]]
    assert kept[last:] == [line.removesuffix("\r") for line in lines[after:]]


@settings(STEADY, max_examples=3)
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=20, max_size=30))
def test_search_counts_as_view_does(tmp_path_factory: pytest.TempPathFactory, around: list[tuple[str, str]]) -> None:
    there = workspace(tmp_path_factory.mktemp("lines") / "there")
    expected = []
    for number, (before, after) in enumerate(around, 10):
        text = f"{before}\nMARK\n{after}"
        (there.root / f"agent/{number}.md").write_bytes(text.encode())
        expected.append(f"agent/{number}.md:{lines_of(text).index('MARK') + 1}:MARK")
    assert Search(pattern="^MARK$", path="agent").run(there).text.split("\n")[:-1] == expected
