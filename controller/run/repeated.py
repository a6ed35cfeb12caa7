"""What happened to the tries of a run in a row, and when that is enough: then somebody has to act. Pure."""

from dataclasses import dataclass

from controller.errors import Held
from controller.ledger.phases import Fault

DISK_TRIES = 4  # tries in a row that a full disk may end: what fills it may be the genome
UNCLEAR_TRIES = 3  # tries in a row that may end by answers which nobody understands
REFUSED_LIVES = 3  # lives in a row of which every call was refused, once others had an answer


@dataclass
class Repeats:
    """How often in a row tries of one run ended in the same useless way."""

    full_disks: int = 0
    unclear: int = 0
    refused: int = 0

    def aborted(self, generation: int, fault: Fault) -> None:
        """A try of this generation was ended by the world. Raises Held where trying again is no use."""
        if fault.cure == "operator":
            raise Held("refused", f"the provider refuses us: {fault.reason}; {fault.advice}")
        if fault.cure == "unclear":
            self.unclear += 1
        if self.unclear >= UNCLEAR_TRIES:
            raise Held(
                "refused", f"generation {generation} was ended {self.unclear} times: {fault.reason}; {fault.advice}"
            )
        if fault.kind == "disk":
            self.full_disks += 1
        else:
            self.full_disks = 0
        if self.full_disks >= DISK_TRIES:
            raise Held(
                "disk",
                f"generation {generation} was ended {self.full_disks} times in a row: {fault.reason}; "
                "nothing is lost: free some space, look at what fills it",
            )

    def lived(self, refusal: str, nothing_spent: bool) -> str:
        """A life came to its end. Returns why no other is to be lived; "" where there is no reason.

        `refusal`: why its calls were refused, where none of them was answered; else "". `nothing_spent`: by the run.
        """
        self.full_disks = self.unclear = 0
        if not refusal:
            self.refused = 0
            return ""
        self.refused += 1
        if not nothing_spent and self.refused < REFUSED_LIVES:
            return ""
        return (
            f"lives in a row of which no call was answered: {self.refused}; the last one was refused: {refusal}; "
            "make room: a larger budget of a life, or a model with more context (docs/models.md)"
        )
