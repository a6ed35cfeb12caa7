"""Starts the command line from this checkout: the one path added to an isolated interpreter."""

import os
import sys
from pathlib import Path

if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    # Without -I this folder is on the path too, and its room `git` would hide the library of that name
    sys.path[:] = [str(here.parent), *(entry for entry in sys.path if Path(entry).resolve() != here)]
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"  # there are none, and to look for them takes long
    from controller.cli import main

    sys.exit(main())
