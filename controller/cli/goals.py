"""The command that lists the operator's queue of goals."""

from controller.cli.common import ROOT, Branch, Json, Repository, app, branch_of, console


@app.command()
def goals(branch: Branch = None, repository: Repository = ROOT, as_json: Json = False) -> None:
    """The goals of goals.toml, and what became of each: waiting, open, met, dropped."""
    from controller.settings.goals_file import queue
    from controller.state.place import locate
    from controller.views.goals import show

    show(locate(repository, branch_of(branch, repository)), queue(repository), console(as_json), as_json)
