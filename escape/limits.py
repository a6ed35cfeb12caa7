"""Attempts to use up what the host has. The control is the same with a limit that is out of reach."""

from dataclasses import replace
from typing import Any

from escape.attempt import WIDE, Attempt, Room

FORKS = "#!bash\nfor i in {1..60}; do sleep 2 & done; wait; echo reached"
MEMORY = "x = bytearray(300 << 20); print('reached')"
# Seconds of the processor, not of the clock: on a busy machine a loop of three seconds computes for less than one
CPU = "import time\nwhile time.process_time() < 3:\n    pass\nprint('reached')"
DISK = "#!bash\nhead -c 80M /dev/zero >big; sleep 2.5; rm big; echo reached"
ENTRIES = "#!bash\nmkdir d; for i in {1..3000}; do : >d/$i; done; sleep 2.5; rm -r d; echo reached"
OUTPUT = "print('x' * (2 << 20)); print('reached')"
WALL = "#!bash\nsleep 2; echo reached"
HUGE = "#!bash\nhead -c 80M /dev/zero >big && echo reached; rm -f big"
OPEN = '#!bash\npython3 -c \'x = [open("/dev/null") for _ in range(5000)]; print("reached")\' || true'
SHARED = "#!bash\nhead -c 300M /dev/zero >/dev/shm/x && echo reached; rm -f /dev/shm/x"


def attempt(name: str, tries: str, program: str, **tight: Any) -> Attempt:
    """With walls under the tight limit, in the control far from it."""

    def within(room: Room) -> bool:
        return "reached" in room.run(program, replace(WIDE, **tight)).output.splitlines()

    def without(room: Room) -> bool:
        return "reached" in room.run(program, WIDE).output.splitlines()

    return Attempt(name, tries, within, control=without, slow="sleep" in program or "process_time" in program)


def in_memory(room: Room) -> bool:
    """Fill a file system that lies in memory and that no process is charged for."""
    return "reached" in room.run(SHARED).output


ATTEMPTS = (
    attempt("forks", "start processes without end", FORKS, processes=30),
    attempt("take memory", "take memory without end", MEMORY, memory_bytes=150 << 20),
    attempt("processor", "compute without end", CPU, cpu_seconds=1.0),
    attempt("fill the disk", "fill the disk", DISK, folder_bytes=40 << 20, entries=10**6),
    attempt("inodes", "use up the inodes", ENTRIES, folder_bytes=1 << 40, entries=1000),
    attempt("output", "write output without end", OUTPUT, output_bytes=1 << 20),
    attempt("deadline", "sleep past the deadline", WALL, seconds=1.0),
    attempt("one huge file", "write one file without end", HUGE, file_bytes=1 << 20),
    Attempt("shared memory", "fill /dev/shm", in_memory, known="there is no room in /dev/shm here"),
)
