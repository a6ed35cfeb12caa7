"""Check what stands now."""

from agent.place import Place
from agent.toolbox import Tool


class Check(Tool):
    """Compile and import all of agent/ and run its tests (tests/agent); the first line says passed or failed."""

    def run(self, place: Place) -> str:
        return place.check()
