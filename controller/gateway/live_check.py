"""One small call to a model through a gateway of its own: what came back, and what it used.

The call goes the way of every call: filtered, reserved in the ledger before it is sent, settled by what the provider
says. Its run may spend what this one call can cost at most, and no more.
"""

import http.client
import json
import socket
import time
from dataclasses import dataclass, field

from controller.contract import ModelInfo
from controller.gateway import budget, request_filter
from controller.gateway.guest import Guest
from controller.gateway.retry import Patience
from controller.gateway.server import Gateway
from controller.gateway.upstreams.upstream import JSON, LocalUpstream, RemoteUpstream
from controller.ledger.calls import Calls
from controller.ledger.database import Database
from controller.ledger.journal import Journal, Run
from controller.ledger.usage import Usage

ANSWER = 200  # tokens: with its request, below a cent for a model of $4 in and $20 out a million
FREE_ANSWER = 2_000  # where tokens cost nothing: a local model may think aloud before it calls
SECONDS = 120.0
PATIENCE = 20.0
TOOL: JSON = {
    "name": "say",
    "input_schema": {"type": "object", "properties": {"word": {"type": "string"}}, "required": ["word"]},
}
LINEAGE = "(doctor)"  # no branch can be called so


@dataclass
class Heard:
    """What came back. `usage`: the provider's own words; `booked`: the ledger's row of the call."""

    status: int = 0
    streamed: bool = False
    seconds: float = 0.0  # until the first bytes of the answer
    events: list[JSON] = field(default_factory=list)
    error: str = ""
    most: int = 0  # tokens that were set aside
    booked: Usage = field(default_factory=Usage)

    @property
    def ended(self) -> bool:
        """Whether the stream came to its end."""
        return any(event.get("type") == "message_stop" for event in self.events)

    @property
    def called(self) -> bool:
        """Whether the tool was called with input of its schema."""
        text, named = "", False
        for event in self.events:
            block, delta = event.get("content_block") or {}, event.get("delta") or {}
            if block.get("type") == "tool_use":
                named, text = block.get("name") == TOOL["name"], ""
            text += delta.get("partial_json") or ""
        try:
            return named and isinstance(json.loads(text)["word"], str)
        except (ValueError, KeyError, TypeError):
            return False

    @property
    def stop(self) -> str:
        """Why the answer ended."""
        reasons = [(event.get("delta") or {}).get("stop_reason") for event in self.events]
        return next((str(reason) for reason in reversed(reasons) if reason), "unknown")

    @property
    def usage(self) -> JSON:
        """What the provider says of usage, its last words over its first."""
        found: JSON = {}
        for event in self.events:
            for told in ((event.get("message") or {}).get("usage"), event.get("usage")):
                found |= told if isinstance(told, dict) else {}
        return found


def question(info: ModelInfo, paid: bool) -> JSON:
    """The request: as little as makes a model call a tool."""
    asked = {
        "model": info.id,
        "max_tokens": ANSWER if paid else FREE_ANSWER,
        "messages": [{"role": "user", "content": "Call the tool with the word yes."}],
        "tools": [TOOL],
        "stream": True,
    }
    return {**asked, "output_config": {"effort": "low"}} if "low" in info.effort_levels else asked


def ask(upstream: LocalUpstream | RemoteUpstream, info: ModelInfo, database: Database) -> Heard:
    """Ask once; faults are waited out for a little while."""
    asked = question(info, upstream.paid)
    most = budget.input_bound(asked, len(request_filter.render(asked))) + asked["max_tokens"]
    journal, calls = Journal(database), Calls(database)
    run = Run(f"doctor-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{time.monotonic_ns()}", LINEAGE, 0, {}, most)
    journal.begin_run(run)
    tried = journal.begin_try(run, 0, "")
    guest = Guest(tried.id, 0, f"doctor-{tried.id}-{time.monotonic_ns()}", models=(info.id,))
    gateway = Gateway(upstream, calls, patience=Patience(PATIENCE))
    gateway.start()
    try:
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        gateway.admit(guest, listener)
        heard = listened(port, guest.token, asked)
    finally:
        gateway.stop()
        journal.end_try(tried.id, "asked")
        journal.end_run(run.id, "done")
    heard.most, heard.booked = most, calls.of_try(tried.id)
    return heard


def listened(port: int, token: str, asked: JSON) -> Heard:
    """Send the request to the door on this port, and take all that comes."""
    heard, began = Heard(), time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    body = b""
    try:
        connection.request("POST", "/v1/messages", json.dumps(asked).encode(), {"authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        heard.status = answer.status
        heard.streamed = answer.headers.get("content-type", "").startswith("text/event-stream")
        while chunk := answer.read1(65536):
            heard.seconds = heard.seconds or time.monotonic() - began
            body += chunk
    except (OSError, http.client.HTTPException) as error:
        heard.error = f"the answer broke off: {type(error).__name__}"
    finally:
        connection.close()
    lines = body.splitlines() if heard.streamed else [b"data:" + body]
    heard.events = [event for line in lines if line.startswith(b"data:") if (event := parsed(line[5:]))]
    return heard


def parsed(text: bytes) -> JSON:
    """A JSON object, or an empty one."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
