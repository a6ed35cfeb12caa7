"""What `heirloom ground` prints of tasks and their proofs."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from controller.errors import RequestError
from controller.ground.proof import Checked, stored
from controller.ground.task import Task
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


def show_list(console: Console, as_json: bool, tasks: Sequence[Task], bad: Mapping[str, str]) -> None:
    """The tasks of the sets, by name."""
    rows = [row_of(task) for task in sorted(tasks, key=lambda one: one.name)]
    if as_json:
        json_line(console, {"tasks": rows, "bad": dict(bad)})
        return
    table = Table(box=None, pad_edge=False)
    for name in ("name", "kind", "level", "split", "proof", "title"):
        table.add_column(name, no_wrap=name not in ("title", "name"), overflow="fold")
    for row in rows:
        table.add_row(*(printable(str(value)) for value in row.values()))
    console.print(table)
    for name, problem in bad.items():
        console.print(f"[red]bad[/]  {printable(name)}: {printable(problem)}")
    console.print(f"{len(rows)} tasks, {len(bad)} bad")


def row_of(task: Task) -> dict[str, object]:
    """A task's row."""
    try:
        stored(task)
        proof = "holds"
    except RequestError:
        proof = "none"
    words: dict[str, object] = {"name": task.name, "kind": task.kind, "level": task.level}
    return {**words, "split": task.split, "proof": proof, "title": task.title}
