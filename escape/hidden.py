"""Attempts to hold memory and disk where no name and no resident page shows it.

The control is the same with a limit that is out of reach, without walls.
"""

from escape.limits import attempt

MEMFD = """
import os, time
file = os.memfd_create("x")
for _ in range(300):
    os.write(file, bytes(1 << 20))
time.sleep(4)
print("reached")
"""
SYSTEM_V = """
import ctypes, time
libc = ctypes.CDLL(None)
libc.shmat.restype = ctypes.c_void_p
segments = []
for _ in range(3):
    segment = libc.shmget(0, 100 << 20, 0o1600)
    place = libc.shmat(segment, None, 0)
    if segment < 0 or place in (None, 2**64 - 1):
        raise SystemExit("refused")
    ctypes.memset(place, 1, 100 << 20)
    libc.shmdt(ctypes.c_void_p(place))  # in nobody's resident memory, and there all the same
    segments.append(segment)
time.sleep(4)
for segment in segments:
    libc.shmctl(segment, 0, None)
print("reached")
"""
UNTOUCHED = """
import mmap, time
memory = mmap.mmap(-1, 300 << 20)
for place in range(0, 300 << 20, 1 << 20):
    memory[place : place + (1 << 20)] = b"x" * (1 << 20)
    memory.madvise(mmap.MADV_DONTNEED, place, 1 << 20)  # out of the resident memory, and there all the same
time.sleep(4)
assert memory[0] == 120
print("reached")
"""
IN_MEMORY = """
import os, time
for place in ("/tmp", "/dev/shm"):
    file = os.open(place, os.O_TMPFILE | os.O_RDWR)
    for _ in range(100):
        os.write(file, bytes(1 << 20))
time.sleep(4)
print("reached")
"""
BUFFERS = """
import socket, time
held = []
for _ in range(1000):
    pair = socket.socketpair()
    pair[0].setblocking(False)
    try:
        while True:
            pair[0].send(bytes(1 << 16))
    except BlockingIOError:
        held.append(pair)
time.sleep(4)
print("reached")
"""
QUEUES = """
import socket, time
door = socket.create_server(("127.0.0.1", 0))
held = []
for _ in range(120):  # 223 MB were measured in them
    one = socket.create_connection(door.getsockname())
    other, _ = door.accept()
    one.setblocking(False)
    held += [one, other]
    tries = 0
    while tries < 4:
        try:
            one.send(bytes(1 << 16))
        except BlockingIOError:
            tries += 1
            time.sleep(0.005)
time.sleep(2)
print("reached")
"""
EVENTS = """
import ctypes, os, tempfile, time
libc = ctypes.CDLL(None)
with tempfile.TemporaryDirectory() as folder:
    for _ in range(50):
        if libc.inotify_add_watch(libc.inotify_init1(0), os.fsencode(folder), 0x300) < 0:
            raise SystemExit("refused")
    for number in range(8000):
        name = f"{folder}/{number:05}{'x' * 240}"
        os.close(os.open(name, os.O_CREAT | os.O_WRONLY))
        os.unlink(name)
    time.sleep(2)
print("reached")
"""
TABLES = """
import mmap, time
size = 100 << 30
memory = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000, prot=mmap.PROT_READ)
for place in range(0, size, 2 << 20):
    memory[place]  # a page of nothing, and a table of its own
time.sleep(4)
print("reached")
"""
FILE = """
import mmap, os, socket, time
file = os.open("big", os.O_CREAT | os.O_RDWR)
os.unlink("big")
for _ in range(80):
    os.write(file, os.urandom(1 << 20))
os.fsync(file)
"""
HELD = "time.sleep(4)\nprint('reached')\n"
MAPPED = "memory = mmap.mmap(file, 4096)\nos.close(file)\n"
SENT = """
here, there = socket.socketpair()
socket.send_fds(here, [b"x"], [file])
os.close(file)
"""
OWN_TABLE = """
import ctypes, threading, time
def hold():
    if ctypes.CDLL(None).unshare(0x400) != 0:  # CLONE_FILES: what is opened now is in no list of the process
        return
    exec(FILE)
    time.sleep(4)
    print("reached")
thread = threading.Thread(target=hold)
thread.start()
thread.join()
"""
SMALL, FEW = 150 << 20, 40 << 20

ATTEMPTS = (
    attempt("memfd", "hold memory in a file that has no place", MEMFD, memory_bytes=SMALL),
    attempt("System V memory", "hold memory in shared segments", SYSTEM_V, memory_bytes=SMALL),
    attempt("untouched memory", "hold shared memory that is mapped and not resident", UNTOUCHED, memory_bytes=SMALL),
    attempt("files in memory", "hold memory in nameless files of /tmp and /dev/shm", IN_MEMORY, memory_bytes=SMALL),
    attempt("buffers", "hold memory in the buffers of sockets", BUFFERS, memory_bytes=SMALL),
    attempt("TCP buffers", "hold memory in the queues of TCP sockets", QUEUES, memory_bytes=SMALL),
    attempt("queued events", "hold memory in events that nobody reads", EVENTS, memory_bytes=SMALL),
    attempt("page tables", "hold memory in page tables", TABLES, memory_bytes=SMALL),
    attempt("unlinked file", "hold disk in an open file without a name", FILE + HELD, folder_bytes=FEW, entries=10**6),
    attempt("mapped file", "hold disk in a mapped file without a name", FILE + MAPPED + HELD,
            folder_bytes=FEW, entries=10**6),
    attempt("file of a thread", "hold disk in an open file that only one thread has", f"FILE = {FILE!r}" + OWN_TABLE,
            folder_bytes=FEW, entries=10**6),
    attempt("file under way", "hold disk in a file that waits in a socket", FILE + SENT + HELD,
            folder_bytes=FEW, entries=10**6),
)  # fmt: skip
