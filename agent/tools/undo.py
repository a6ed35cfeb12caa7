"""Take back changes."""

from agent.place import Place
from agent.toolbox import Tool


class Undo(Tool):
    """Take back the last change of the code, by any tool; again, and the one before it goes too."""

    def run(self, place: Place) -> str:
        place.restore(place.steps[-2:][0])
        return f"changed against the parent now: {', '.join(place.changes()) or 'nothing'}"
