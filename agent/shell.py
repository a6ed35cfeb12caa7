"""bash, a fresh one each call, that takes over working directory and exported variables from the call before."""

import shlex
from pathlib import Path

from agent.process import Ending, run
from agent.text import clip

SHOWN = 8 * 1024  # characters

# The command is a file of its own: heredocs, comments, a trailing & and open quotes in it cannot reach this.
DRIVER = """\
__hand_over() {{ {{ printf '%s\\0' "$PWD"; /usr/bin/env -0; }} >{state} 2>/dev/null; }}
trap __hand_over EXIT
. {script}
"""


class Shell:
    """Commands and what they printed lie in `out`, numbered."""

    def __init__(self, root: Path, out: Path, environment: dict[str, str]) -> None:
        self._root, self.out = root, out
        self._cwd, self.environment = root, dict(environment)
        self._count = 0

    def run(self, command: str, seconds: float) -> str:
        """How a command ended, and what it printed."""
        self._count += 1
        script, driver, state, output = (
            self.out / f"bash-{self._count}.{kind}" for kind in ("sh", "driver", "state", "txt")
        )
        script.write_text(command + "\n", errors="surrogateescape")
        driver.write_text(DRIVER.format(state=shlex.quote(str(state)), script=shlex.quote(str(script))))
        cwd = self._cwd if self._cwd.is_dir() else self._root
        ending = run(("/bin/bash", "--noprofile", "--norc", str(driver)), cwd, self.environment, output, seconds)
        if state.exists() and not ending.limit:  # one that was ended may have left half of it
            self._cwd, self.environment = carried(state.read_bytes())
        said = clip(output.read_bytes().decode(errors="replace"), SHOWN, rest=f"all of it is in {output}")
        return f"{told(ending, seconds)}\n{said}"


def carried(state: bytes) -> tuple[Path, dict[str, str]]:
    """Working directory and exported variables that a shell left."""
    cwd, *pairs = state.decode(errors="surrogateescape").split("\0")
    return Path(cwd), dict(pair.split("=", 1) for pair in pairs if "=" in pair)


def told(ending: Ending, seconds: float) -> str:
    if ending.limit == "time":
        return f"[stopped after {seconds:g} s with all it had started; it printed:]"
    if ending.limit:
        return "[stopped with all it had started: it printed without end]"
    return f"[exit {ending.code}]" if ending.code >= 0 else f"[ended by signal {-ending.code}]"
