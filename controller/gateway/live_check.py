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
from controller.gateway import budget, request_filter, wire
from controller.gateway.admission import Admission
from controller.gateway.retry import RetryPolicy
from controller.gateway.server import Gateway
from controller.gateway.upstreams.upstream import JSON, LocalUpstream, RemoteUpstream
from controller.ledger.calls import Calls
from controller.ledger.database import Database
from controller.ledger.journal import Journal, Run
from controller.ledger.usage import Usage

ANSWER = 200  # tokens: with its request, below a cent for a model of $4 in and $20 out a million
FREE_ANSWER = 2_000  # where tokens cost nothing: a local model may think aloud before it calls
SECONDS = 120.0  # that the answer may pause
RETRY_SECONDS = 20.0  # that may go into waiting for faults to pass
TOOL: JSON = {
    "name": "say",
    "input_schema": {"type": "object", "properties": {"word": {"type": "string"}}, "required": ["word"]},
}
LINEAGE = "(doctor)"  # no branch can be called so


@dataclass
class LiveAnswer:
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
        text, is_tool = "", False
        for event in self.events:
            block = event.get("content_block") or {}
            if block.get("type") == "tool_use":
                is_tool = block.get("name") == TOOL["name"]
                text = ""
            delta = event.get("delta") or {}
            text += delta.get("partial_json") or ""
        word = wire.json_object(text.encode()).get("word")
        return is_tool and isinstance(word, str)

    @property
    def stop(self) -> str:
        """Why the answer ended."""
        for event in reversed(self.events):
            delta = event.get("delta") or {}
            if delta.get("stop_reason"):
                return str(delta["stop_reason"])
        return "unknown"

    @property
    def usage(self) -> JSON:
        """What the provider says of usage, its last words over its first."""
        found: JSON = {}
        for event in self.events:
            message = event.get("message") or {}
            for usage in (message.get("usage"), event.get("usage")):
                if isinstance(usage, dict):
                    found |= usage
        return found


def question(info: ModelInfo, paid: bool) -> JSON:
    """The request: as little as makes a model call a tool."""
    request: JSON = {
        "model": info.id,
        "max_tokens": ANSWER if paid else FREE_ANSWER,
        "messages": [{"role": "user", "content": "Call the tool with the word yes."}],
        "tools": [TOOL],
        "stream": True,
    }
    if "low" in info.effort_levels:
        request["output_config"] = {"effort": "low"}
    return request


def ask(upstream: LocalUpstream | RemoteUpstream, info: ModelInfo, database: Database) -> LiveAnswer:
    """Ask once; faults are waited out for a little while. Raises LedgerError."""
    request = question(info, upstream.paid)
    most = budget.input_bound(request, len(request_filter.render(request))) + request["max_tokens"]
    journal, calls = Journal(database), Calls(database)
    moment = time.monotonic_ns()
    run = Run(f"doctor-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{moment}", LINEAGE, 0, {}, most)
    journal.begin_run(run)
    tried = journal.begin_try(run, 0, "")
    admission = Admission(tried.id, 0, f"doctor-{tried.id}-{moment}", models=(info.id,))
    gateway = Gateway(upstream, calls, retry_policy=RetryPolicy(RETRY_SECONDS))
    gateway.start()
    try:
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        gateway.admit(admission, listener)
        answer = send(port, admission.token, request)
    finally:
        gateway.stop()
        journal.end_try(tried.id, "asked")
        journal.end_run(run.id, "done")
    answer.most, answer.booked = most, calls.of_try(tried.id)
    return answer


def send(port: int, token: str, request: JSON) -> LiveAnswer:
    """Send the request to the gateway on this port, and take all that comes."""
    answer, began = LiveAnswer(), time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    headers = {"authorization": f"Bearer {token}"}
    body = b""
    try:
        connection.request("POST", "/v1/messages", json.dumps(request).encode(), headers)
        response = connection.getresponse()
        answer.status = response.status
        answer.streamed = response.headers.get("content-type", "").startswith(wire.EVENT_STREAM)
        while chunk := response.read1(65536):
            answer.seconds = answer.seconds or time.monotonic() - began
            body += chunk
    except (OSError, http.client.HTTPException) as error:
        answer.error = f"the answer broke off: {type(error).__name__}"
    finally:
        connection.close()
    if answer.streamed:
        answer.events = list(wire.read_events(body))
    else:
        whole = wire.json_object(body)
        answer.events = [whole] if whole else []
    return answer
