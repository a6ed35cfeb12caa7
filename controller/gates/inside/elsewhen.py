"""Starts a life on another day: argv is the days' seconds, then the source of `another_day`; then as `python -m agent`.

Given to `python -c`, so that no file of ours lies in the life's folder.
"""

import os
import runpy
import sys

os.environ["HEIRLOOM_SHIFT"], source = sys.argv[1:3]
exec(compile(source, "another_day", "exec"), {"__name__": "another_day"})
del os.environ["HEIRLOOM_SHIFT"], source
sys.argv[:] = [""]
sys.path[0] = os.getcwd()  # noqa: PTH109
runpy.run_module("agent", run_name="__main__", alter_sys=True)
