"""Find text or names in the code."""

from agent.place import Place
from agent.toolbox import Tool


class Search(Tool):
    """Find lines by an extended regular expression, in a file or folder, without what git ignores.

    symbols: only where a function or class with such a name is defined.
    """

    pattern: str
    path: str = "."
    symbols: bool = False

    def run(self, place: Place) -> str:
        pattern = rf"^\s*(async )?(def|class) \w*({self.pattern})" if self.symbols else self.pattern
        return place.git("grep", "-nIE", "--untracked", "-e", pattern, "--", self.path, fine=1) or "nothing found"
