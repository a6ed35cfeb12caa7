"""No isolation: the command sees what the controller's user sees. The operator's explicit choice."""

from pathlib import Path

from controller.sandbox import launcher
from controller.sandbox.isolation import EXPENDABLE, Command, Quota


class Unisolated:
    """Runs commands as they are: a folder, an environment and two limits of their own, nothing more."""

    name = "none"
    contained = False

    def __init__(self, venv: Path) -> None:
        self._python = str(venv / "bin" / "python")

    def root(self, folder: Path) -> str:
        """The folder itself."""
        return str(folder)

    def python(self) -> str:
        """The interpreter itself."""
        return self._python

    def hand_over(self, folder: Path) -> None:
        """Commands run as the controller's user, who owns the folder already."""

    def wrap(self, command: Command, channel: int | None = None, quota: Quota = Quota()) -> list[str]:  # noqa: B008
        """The command under its launcher.

        `writable` binds nobody here, and neither does `quota.processes`: the kernel counts all processes of the
        user, so a limit would fail commands for what others run.
        """
        arguments = launcher.arguments_of(
            dict(command.environment),
            command.argv_by(self._python),
            cwd=str(command.folder / command.cwd),
            channel=channel,
            port=0 if command.listener else None,
            processes=None,
            file_bytes=quota.file_bytes,
            data_bytes=quota.data_bytes,
            stay=channel is not None,
        )
        return [*EXPENDABLE, self._python, "-I", "-S", launcher.__file__, *arguments]
