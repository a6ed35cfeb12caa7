"""Check what stands now."""

from agent.place import Place
from agent.toolbox import Tool


class Check(Tool):
    """Compile and import all of agent/ and run its tests, those of what changed first."""

    def run(self, place: Place) -> str:
        return place.check()
