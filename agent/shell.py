"""bash, a fresh one each call, that takes over working directory and exported variables from the call before."""

import shlex
from collections.abc import Mapping
from pathlib import Path

from agent.process import Ending, head_and_tail, run

SECONDS = 120.0
SHOWN_BYTES = 8 * 1024
NOT_CARRIED = ("_", "SHLVL", "BASH_ENV")

# The command is a file of its own, so that heredocs, comments, a trailing & and unclosed quotes cannot touch this.
DRIVER = """\
__hand_over() {{ {{ printf '%s\\0' "$PWD"; /usr/bin/env -0; }} >{state} 2>/dev/null; }}
trap __hand_over EXIT
. {command}
"""


class Shell:
    """The shell of one life. Commands, output and state lie in `out`, numbered."""

    def __init__(self, root: Path, out: Path, environment: Mapping[str, str], seconds: float = SECONDS) -> None:
        self._root, self._out, self.seconds = root, out, seconds
        self._cwd, self._environment = root, dict(environment)
        self._count = 0

    @property
    def environment(self) -> dict[str, str]:
        """What a command would find exported."""
        return dict(self._environment)

    def run(self, command: str, seconds: float | None = None) -> str:
        """Run a command; tells how it ended and what it printed."""
        self._count += 1
        base = self._out / f"bash-{self._count}"
        script, driver = base.with_suffix(".sh"), base.with_suffix(".driver")
        state, output = base.with_suffix(".state"), base.with_suffix(".txt")
        script.write_text(command + "\n", errors="surrogateescape")
        driver.write_text(DRIVER.format(state=shlex.quote(str(state)), command=shlex.quote(str(script))))
        if not self._cwd.is_dir():
            self._cwd = self._root
        bound = self.seconds if seconds is None else seconds
        ending = run(("bash", "--noprofile", "--norc", str(driver)), self._cwd, self._environment, output, bound)
        if state.exists():
            self._cwd, self._environment = carried(state.read_bytes(), self._cwd, self._environment)
            state.unlink()
        driver.unlink()
        return f"{told(ending, bound)}\n{head_and_tail(output, SHOWN_BYTES)}"


def carried(state: bytes, cwd: Path, environment: dict[str, str]) -> tuple[Path, dict[str, str]]:
    """Working directory and exported variables from what a shell left; what was, where it left nothing whole."""
    first, *rest = state.decode(errors="surrogateescape").split("\0")
    pairs = [item.partition("=") for item in rest if "=" in item]
    found = {name: value for name, _, value in pairs if name not in NOT_CARRIED}
    return (Path(first), found) if first and found else (cwd, environment)


def told(ending: Ending, seconds: float) -> str:
    """How a command ended, in one line."""
    if ending.limit == "time":
        return f"[stopped after {seconds:g} s, with everything it had started; what it printed until then:]"
    if ending.limit == "output":
        return "[stopped: it printed without end; the beginning and the last part:]"
    return f"[exit {ending.code}]" if ending.code >= 0 else f"[ended by signal {-ending.code}]"
