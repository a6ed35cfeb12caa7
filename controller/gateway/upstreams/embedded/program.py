"""The one program that the hunter sends to a life's bash: the files of `hunter/`, each in a heredoc, and a call."""

import shlex
from pathlib import Path

HUNTER = Path(__file__).resolve().parents[4] / "hunter"
END = "END_OF_THIS_FILE_OF_THE_HUNT"
MARK = "HEIRLOOM-HUNT "  # what the line with the answer begins with


def program(draw: str, seconds: float, wall: float) -> str:
    """The hunt, for so many seconds of the processor (looking) and of the clock (in all).

    A bash command that needs python, pytest and hypothesis, and writes only below $TMPDIR.
    """
    files = sorted(HUNTER.glob("*.py"))
    lines = ["# hunt: which change of agent/ does no test notice?", "(", "set -e", 'below="$(mktemp -d)"']
    lines += ["trap 'rm -rf \"$below\"' EXIT", 'mkdir "$below/hunter"']
    for file in files:
        lines += [f"cat >\"$below/hunter/{file.name}\" <<'{END}'", file.read_text(encoding="utf-8").rstrip("\n"), END]
    call = f"python -m hunter {shlex.quote(draw)} {seconds:g} {wall:g}"
    return "\n".join([*lines, f'PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$below" {call}', ")"])
