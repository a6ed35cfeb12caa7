"""Runs in the room: `python -I faults.py REQUEST`, the program `hunter.planted`, which lies beside this file."""

import runpy
import sys
from pathlib import Path

FOLDER = str(Path(__file__).parent)

if __name__ == "__main__":
    sys.path.insert(0, FOLDER)
    runpy.run_module("hunter.planted", run_name="__main__", alter_sys=True)
