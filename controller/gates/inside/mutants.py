"""Runs in the room: `python -I mutants.py list|ask REQUEST`, the program `hunter.planted.held_out`."""

import runpy
import sys
from pathlib import Path

FOLDER = str(Path(__file__).parent)

if __name__ == "__main__":
    sys.path.insert(0, FOLDER)
    runpy.run_module("hunter.planted.held_out", run_name="__main__", alter_sys=True)
