"""A planted key, a provider that echoes it, and a search of everything that the run leaves behind."""

import base64
import os
import sqlite3
import subprocess
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bench.parts.provider import Reply, Request, json_reply, provider
from controller.gateway.upstreams.redaction import PLACEHOLDER
from controller.ledger.recordings import FILE, Exchange, Recordings
from tests.command_line import MAIN
from tests.controller.cli.test_bad_input import heirloom
from tests.controller.conftest import git
from tests.controller.lives import context, history

KEY = "sk-planted-Zq7+v/3kT9xW1mB5"
LOOK = (
    "env; cat /proc/[0-9]*/environ | tr '\\0' '\\n'; cat /proc/[0-9]*/cmdline | tr '\\0' '\\n' | cut -c1-200; "
    "echo 'x = 1' >>agent/x.py"
)
USAGE = {"input_tokens": 10, "output_tokens": 10}


def message(*content: dict[str, Any]) -> tuple[int, Any]:
    told = {"id": "msg", "type": "message", "role": "assistant", "model": "m", "content": content, "usage": USAGE}
    return 200, told | {"stop_reason": "end_turn"}


def echo(status: int) -> tuple[int, Any]:
    """An error that holds the key, as it is and in base64."""
    coded = base64.b64encode(f"u:{KEY}".encode()).decode()
    said = f"the key {KEY} (Basic {coded}) is not what I like"
    if status == 400:  # what the life itself caused
        return 400, {"type": "error", "error": {"type": "invalid_request_error", "message": f"messages.0: {said}"}}
    return status, {"type": "error", "error": {"type": "api_error", "message": said}}


ANSWERS = [
    message({"type": "tool_use", "id": "t1", "name": "goal", "input": {"title": f"Hold {KEY}"}}),
    message({"type": "tool_use", "id": "t2", "name": "bash", "input": {"command": LOOK}}),
    message({"type": "text", "text": f"I know {KEY}, and {base64.b64encode(KEY.encode()).decode()}"}),
    echo(400),
    echo(403),
]


class Echoing:
    """The script of a provider that gives these answers, one after the other."""

    def __init__(self) -> None:
        self._left = list(ANSWERS)

    def __call__(self, request: Request) -> Reply:
        if request.line.startswith("GET"):
            return json_reply(501, {})
        assert f"\r\nauthorization: Bearer {KEY}\r\n".encode() in request.head
        status, told = self._left.pop(0)
        return json_reply(status, told, f"request-id: req_{KEY}")


def forms() -> list[bytes]:
    """The key as it is, and as it looks inside base64, wherever it begins."""
    coded = [base64.b64encode(b"x" * before + KEY.encode())[4:-4] for before in range(3)]
    return [KEY.encode(), *coded, *(one.replace(b"+", b"-").replace(b"/", b"_") for one in coded)]


def inflated(data: bytes) -> bytes:
    """Compressed data as it was."""
    try:
        return zlib.decompress(data)
    except zlib.error:
        return data


def pieces(folder: Path) -> Iterator[tuple[str, bytes]]:
    """All that lies below a folder: files, every cell of every database, every object of every repository."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        yield str(path), path.read_bytes()
        if path.name.endswith(".sqlite"):
            with closing(sqlite3.connect(path)) as database:
                for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                    for row in database.execute(f"SELECT * FROM {table}").fetchall():
                        for cell in row:
                            yield f"{path}: {table}", inflated(cell) if isinstance(cell, bytes) else str(cell).encode()
    for head in sorted(folder.rglob("HEAD")):
        if (head.parent / "objects").is_dir():
            words = ["git", "-C", str(head.parent), "cat-file", "--batch", "--batch-all-objects"]
            yield f"objects of {head.parent}", subprocess.run(words, capture_output=True, check=True).stdout


def found(folder: Path, *said: str) -> list[str]:
    """Where the key is."""
    everywhere = [*pieces(folder), *(("what was printed", text.encode()) for text in said)]
    return [place for place, data in everywhere if any(form in data for form in forms())]


def test_a_planted_key_leaks_nowhere(operator: Path, tmp_path: Path) -> None:
    with provider(Echoing()) as server:
        model = f"compatible:{server.url}#m"
        words = ["run", "--model", model, "--generations", "3", "--isolation", "bubblewrap", "--json"]
        done = subprocess.run(
            [*MAIN, *words, "--repository", str(operator), "--exit-on-pause"],
            env={**os.environ, "HEIRLOOM_COMPATIBLE_KEY": KEY},  # of a process that begins: a child could find it there
            capture_output=True,
            text=True,
        )
    assert done.returncode == 3 and "403" in done.stderr, done  # the last answer is no wait that ends by itself
    assert [one.outcome for one in history(operator)] == ["evolved", "history"]
    heard = [request.body for request in server.heard if request.line.startswith("POST")]
    assert len(heard) == len(ANSWERS) and b"ANTHROPIC_API_KEY=heirloom-" in heard[2]  # the child did look
    claims = [context(operator, number)["history"][-1]["claim"]["summary"] for number in (1, 2)]
    assert all(PLACEHOLDER.decode() in claim for claim in claims), claims  # the echo did pass, and was blotted out
    transcript = heirloom("transcript", "2", "--repository", str(operator))
    assert PLACEHOLDER.decode() in transcript.stdout
    asked = b"".join(heard).decode()
    assert found(tmp_path, done.stdout, done.stderr, transcript.stdout, asked) == []

    # The search itself, with a key in each kind of place
    lineage = operator / ".git" / "heirloom" / "lineages" / "lineage%2Fmain"
    recordings = Recordings(lineage)
    recordings.add(Exchange(99, 1, "/", {"messages": [{"role": "user", "content": "x" * 99 + KEY}]}), "token")
    recordings.close()
    (tmp_path / "note").write_bytes(base64.b64encode(b"ab" + KEY.encode()))
    (operator / "seen").write_text(KEY[::-1])
    git(operator, "update-ref", "refs/planted", git(operator, "commit-tree", "-m", KEY, "HEAD^{tree}"))
    places = found(tmp_path, f"printed {KEY}")
    assert any(place.endswith(f"{FILE}: bodies") for place in places)
    assert {place.rpartition("/")[2] for place in places} >= {"note", "what was printed"}
    assert any(place == f"objects of {operator}/.git" for place in places)
    assert not any(place.endswith("/seen") for place in places)


@pytest.mark.parametrize("kind", ["anthropic/m", "compatible:http://127.0.0.1:9#m"])
def test_an_unusable_key_is_not_repeated(operator: Path, kind: str) -> None:
    done = heirloom(
        *("run", "--model", kind, "--budget", "100k", "--repository", str(operator)),
        ANTHROPIC_API_KEY="sk-plänted-key-0123",
        HEIRLOOM_COMPATIBLE_KEY="sk-plänted-key-0123",
    )
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert "nted-key" not in done.stderr + done.stdout
