"""Names that no honest genome has, some in tree objects that only a hostile git writes."""

import subprocess
from pathlib import Path

import pytest

from controller.contract import CONTEXT_FILE, GENOME
from controller.gates.candidate import Candidate
from controller.gates.shape import shape
from controller.ledger.report import Report
from nursery.trees import entries_of, write_tree
from tests.controller.conftest import git
from tests.controller.gates.judging import candidate


def judge(operator: Path, where: str, mode: str, name: str) -> Report:
    """What the gate says of an entry, put raw into the root ("") or into agent/."""
    made = candidate(operator, {}, {"agent/more.py": "MORE = 1\n"})
    blob = git(operator, "rev-parse", "HEAD:agent/more.py")
    held = write_tree(operator, [("100644", "x.py", blob)]) if mode == "40000" else blob
    inner = entries_of(operator, f"HEAD:{where}" if where else "HEAD^{tree}")
    made_tree = write_tree(operator, [*inner, (mode, name, held)])
    if where:
        kept = [one for one in entries_of(operator, "HEAD^{tree}") if one[1] != where]
        made_tree = write_tree(operator, [*kept, ("40000", where, made_tree)])
    pushed = git(operator, "commit-tree", made_tree, "-p", made.parent, "-m", "Raw")
    store = made.lineage.store.path
    subprocess.run(["git", "-C", str(store), "fetch", "--quiet", str(operator), pushed], check=True)
    changes = tuple(made.lineage.changes(made.parent, pushed))
    told = {**vars(made), "commit": pushed, "changes": changes}
    return shape(Candidate(**told))


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("agent/more.py", "# -*- coding: utf-7 -*-\nMORE = 1\n", "declares the encoding utf-7"),
        ("agent/more.py", "\n# vim: set fileencoding=latin-1 :\n", "declares the encoding iso-8859-1"),
        ("agent/more.pyi", "# coding: rot13\n", "declares the encoding rot13"),
        ("agent/more.py", "# coding: nothing\n", "declares the encoding that nobody knows"),
        ("agent/more.py", "# coding: UTF-8\nMORE = 1\n", ""),
        ("agent/more.py", '"""A coding that nobody knows."""\nX = "coding: rot13"\n\n# coding: rot13\n', ""),
        ("agent/more.py", 'if X != "user\u202e \u2066# admin\u2069 \u2066":\n    pass\n', "line 1: U+2066"),
        ("agent/more.py", "X = 1\nY\u200b = 2\n", "line 2: U+200B"),
        ("agent/prompts/x.md", "Be kind.\U000e0041\U000e0042\n", "line 1: U+E0042"),
        ("agent/prompts/x.md", "Be kind.\ufe01\ufe05\n", "line 1: U+FE05"),
        ("agent/prompts/x.md", "\x1b]0;x\x07\n", "U+0007"),
        ("agent/prompts/x.md", "a\u0085b\n", "U+0085"),
        ("agent/prompts/x.md", "a\u2028b\n", "U+2028"),
        ("agent/prompts/x.md", "naïve 日本 😀 ½\tA\f\r\n", ""),
        ("agent/prompts/old.md", "Then\u200b and now.\n", ""),
    ],
)
def test_what_runs_is_what_is_read(operator: Path, path: str, text: str, said: str) -> None:
    report = shape(candidate(operator, {"agent/prompts/old.md": "Then\u200b.\n"}, {path: text}))
    assert report.result == ("refuse" if said else "pass"), report
    assert said in report.reason


RAW = {
    "a step up": ("agent", "40000", "..", "not a plain relative path"),
    "a step up from the root": ("", "40000", "..", "protected"),
    "a step nowhere": ("agent", "40000", ".", "not a plain relative path"),
    "an absolute path": ("", "100644", "/etc/x", "protected"),
    "an absolute path inside": ("agent", "100644", "/x.py", "not a plain relative path"),
    "a path in a name": ("agent", "100644", "../../x.py", "not a plain relative path"),
    "git's own folder": ("agent", "40000", ".git", "not a plain relative path"),
    "git's own folder in capitals": ("agent", "40000", ".GIT", "not a plain relative path"),
    "git's own folder by its short name": ("agent", "40000", "git~1", "not a plain, short ASCII name"),
    "git's own folder with a mark that some systems drop": ("agent", "40000", ".g\u200cit", "ASCII"),
    "a backslash": ("agent", "100644", "..\\x.py", "ASCII"),
    "a stream of a file": ("agent", "100644", "more.py:x", "ASCII"),
    "a line feed": ("agent", "100644", "mo\nre.py", "ASCII"),
    "a dot that some systems drop": ("agent", "100644", "more.py.", "ASCII"),
    "a blank that some systems drop": ("agent", "100644", "more.py ", "ASCII"),
    "a twin in another case": ("agent", "100644", "More.py", "differ only in case"),
    "a folder that is the twin of a file": ("agent", "40000", "More.py", "differ only in case"),
    "a composed letter": ("agent", "100644", "caf\u00e9.py", "ASCII"),
    "its decomposed twin": ("agent", "100644", "cafe\u0301.py", "ASCII"),
    "a letter of another width": ("agent", "100644", "\uff4dore.py", "ASCII"),
    "a device": ("agent", "100644", "aux.py", "device"),
    "a device without a suffix": ("agent", "100644", "NUL", "device"),
    "a device with a blank": ("agent", "100644", "con .py", "device"),
    "a device with a number": ("agent", "40000", "COM0", "device"),
    "a name that is too long": ("agent", "100644", "x" * 101 + ".py", "ASCII"),
    "a configuration of mypy": ("agent", "100644", "mypy.ini", "steers"),
    "a configuration of ruff": ("agent", "100644", ".ruff.toml", "steers"),
    "a symbolic link": ("agent", "120000", "odd.py", "not a plain file"),
    "a submodule": ("agent", "160000", "odd", "not a plain file"),
}


@pytest.mark.parametrize("case", RAW)
def test_ambiguous_name_is_refused(case: str, operator: Path) -> None:
    where, mode, name, reason = RAW[case]
    report = judge(operator, where, mode, name)
    assert (report.result, reason in report.reason) == ("refuse", True), report


def test_long_path_is_refused_by_sum(operator: Path) -> None:
    report = shape(candidate(operator, {}, {f"agent/{'deep/' * 45}x.py": "X = 1\n"}))
    assert "ASCII" in report.reason


def test_a_plain_name_passes(operator: Path) -> None:
    assert judge(operator, "agent", "100644", "plain_name-2.py").result == "pass"
    assert CONTEXT_FILE in GENOME
