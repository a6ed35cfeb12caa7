"""Take back changes."""

from typing import Literal

from agent.place import Place
from agent.toolbox import Tool


class Undo(Tool):
    """Take back the last change of the code, by any tool; or all since `check` last passed (to: good)."""

    to: Literal["last", "good"] = "last"

    def run(self, place: Place) -> str:
        place.restore(place.good if self.to == "good" else place.steps[-2:][0])
        return f"changed against the parent now: {', '.join(place.changes()) or 'nothing'}"
