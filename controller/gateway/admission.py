"""What the gateway knows of one life before it serves it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Admission:
    """One try at a generation. `token` is random, for this try only, and void when it ends."""

    try_id: int
    generation: int
    token: str
    seed: int = 0
    instruction: str = ""  # of a life that works on a task: its first request holds it
    repeat: int = 0  # how often the same genome began the same task before
    tree: str = ""  # the parent's tree without agent_context.json: what the embedded upstream draws from
    deadline: float = float("inf")  # seconds of time.monotonic() at which the life's wall clock ends
    models: tuple[str, ...] = ()  # ids that this life may ask for
