"""LiteLLM's proxy, a server that speaks the Messages API in front of others, started on loopback."""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.clients.programs import program
from tests.controller.gateway.aimock import answers
from tests.waiting import PATIENCE

KEY = "sk-of-the-proxy"
CONTEXT, OUTPUT = 50_000, 4_000


class Proxy:
    """A proxy at a port of its own, which may be killed and started again.

    Its models: `passed` goes on to a server of the Messages API, `translated` to one of Chat Completions.
    """

    def __init__(self, folder: Path, backend: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        sizes = {"max_input_tokens": CONTEXT, "max_output_tokens": OUTPUT}
        models = {
            "passed": {"model": "anthropic/backend", "api_base": backend, "api_key": "x"},
            "translated": {"model": "hosted_vllm/backend", "api_base": f"{backend}/v1", "api_key": "x"},
        }
        config = {
            "model_list": [
                {"model_name": name, "litellm_params": told, "model_info": sizes} for name, told in models.items()
            ],
            "litellm_settings": {"num_retries": 0, "telemetry": False},
            "general_settings": {"master_key": KEY},
        }
        (folder / "proxy.yaml").write_text(json.dumps(config))  # JSON is YAML
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it answers."""
        words = [str(program("litellm")), "--config", str(self._folder / "proxy.yaml"), "--host", "127.0.0.1"]
        environment = {**os.environ, "LITELLM_LOCAL_MODEL_COST_MAP": "True", "HOME": str(self._folder)}
        log = self._folder / "proxy.log"
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                [*words, "--port", str(self.port)],
                stdout=out,
                stderr=out,
                env=environment,
                cwd=self._folder,
                start_new_session=True,
            )
        deadline = time.monotonic() + PATIENCE
        while not answers(self.port):
            assert self._process.poll() is None and time.monotonic() < deadline, log.read_text()[-3000:]
            time.sleep(0.1)

    def kill(self) -> None:
        """End it in the middle of whatever it does."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None


@contextmanager
def proxy(folder: Path, backend: str) -> Iterator[Proxy]:
    """A proxy that is up."""
    made = Proxy(folder, backend)
    try:
        made.start()
        yield made
    finally:
        made.kill()
