"""A process that is to live on another day does so by whatever clock it reads."""

import json
import os
import subprocess
import sys

from controller.gates.candidate import INSIDE

WAYS = (
    "time.time()", "time.time_ns() / 1e9", "time.clock_gettime(time.CLOCK_REALTIME)",
    "time.clock_gettime_ns(time.CLOCK_REALTIME) / 1e9", "time.clock_gettime(5)", "time.mktime(time.localtime())",
    "datetime.datetime.now().timestamp()", "datetime.datetime.now(datetime.UTC).timestamp()",
    "time.mktime(datetime.date.today().timetuple())", "time.mktime(time.strptime(time.ctime()))",
)  # fmt: skip
DAYS = 400
PROGRAM = "import json, time, another_day, datetime\nprint(json.dumps([{}, time.monotonic()]))"


def test_every_clock_tells_another_day() -> None:
    told = []
    for shift in (0, DAYS * 86_400):
        environment = {**os.environ, "HEIRLOOM_SHIFT": str(shift), "PYTHONPATH": str(INSIDE), "TZ": "UTC"}
        command = [sys.executable, "-B", "-c", PROGRAM.format(", ".join(WAYS))]
        done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
        told.append(json.loads(done.stdout))
    ahead = [round((then - now) / 86_400) for now, then in zip(*told, strict=True)]
    assert dict(zip((*WAYS, "monotonic"), ahead, strict=True)) == {**dict.fromkeys(WAYS, DAYS), "monotonic": 0}
