"""What `heirloom ground` prints of tasks and their proofs."""

from rich.console import Console

from controller.ground.proof import Checked
from controller.views.text import json_line, printable


class Shown:
    """A line for each task that was checked, and one in the end."""

    def __init__(self, console: Console, as_json: bool) -> None:
        self._console, self._as_json = console, as_json
        self._good = self._bad = 0

    def checked(self, one: Checked) -> None:
        """One task."""
        if one.proof is None:
            self.bad(one.name, one.problem)
            return
        self._good += 1
        rate, seconds = one.proof.kill_rate, one.proof.seconds
        if self._as_json:
            json_line(self._console, {"task": one.name, "good": True, **one.proof.model_dump()})
        else:
            noticed = f"{rate.noticed} of {rate.mutants} mutants noticed"
            self._console.print(f"[green]good[/] {printable(one.name)}: {noticed}, graded in {seconds:.1f} s")

    def bad(self, name: str, problem: str) -> None:
        """One that is none, and why."""
        self._bad += 1
        if self._as_json:
            json_line(self._console, {"task": name, "good": False, "problem": problem})
        else:
            self._console.print(f"[red]bad[/]  {printable(name)}: {printable(problem)}")

    def end(self) -> bool:
        """The last line; whether any was bad."""
        if not self._as_json:
            self._console.print(f"{self._good + self._bad} tasks, {self._bad} bad")
        return self._bad > 0


def show_checked(console: Console, as_json: bool) -> Shown:
    """What a check is shown by."""
    return Shown(console, as_json)
