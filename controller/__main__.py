"""Starts the command line from this checkout: the one path added to an isolated interpreter."""

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from controller.cli import main

    sys.exit(main())
