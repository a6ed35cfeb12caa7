"""Look up what earlier lives did."""

from agent.place import Place
from agent.toolbox import Tool
from controller.contract import CONTEXT_FILE

LINE = "--format=%h %s %(trailers:key=Heirloom-Outcome)"


class History(Tool):
    """Find earlier lives by what they tried, learned or were refused for (a regular expression). Look with git show."""

    query: str

    def run(self, place: Place) -> str:
        said = place.git("log", "--all", "-n30", "-i", "-E", f"--grep={self.query}", LINE)
        said += place.git("log", "-n5", "-pU0", f"-G{self.query}", LINE, "--", CONTEXT_FILE)
        return said.strip() or "nothing found"
