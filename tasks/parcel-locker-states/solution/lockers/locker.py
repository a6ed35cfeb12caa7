"""A compartment of a parcel station."""

from .refused import Refused

BACK = "back"  # to the state before the operator came
STEPS = {
    "book": {"free": "booked"},
    "cancel": {"booked": "free"},
    "load": {"booked": "loading"},
    "take": {"full": "taking", "paid": "taking"},
    "pay": {"overdue": "paid"},
    "shut": {"loading": "full", "taking": "free", "service": BACK},
    "serve": {state: "service" for state in ("free", "booked", "full", "overdue", "paid", "return")},
    "repair": {"broken": "service"},
}
LATE = {"booked": (2, "free"), "full": (3, "overdue"), "overdue": (10, "return"), "paid": (10, "return")}


class Locker:
    """A compartment: its state, who booked it, nights since it was booked or loaded, and what happened."""

    def __init__(self) -> None:
        self.state = "free"
        self.owner: str | None = None
        self.nights = 0
        self.log: list[str] = []
        self._back = "free"

    def book(self, who: str) -> None:
        """A customer books a free locker."""
        self._step("book")
        self.owner = who

    def cancel(self, who: str) -> None:
        """The owner does not need it any more."""
        self._step("cancel", who)

    def load(self) -> None:
        """The courier opens a booked locker to put the parcel in."""
        self._step("load")

    def take(self, who: str) -> None:
        """The owner opens it to take the parcel; when overdue, only after paying."""
        self._step("take", who)

    def pay(self, who: str) -> None:
        """The owner pays for the days after the third."""
        self._step("pay", who)

    def shut(self) -> None:
        """The open door is closed."""
        self._step("shut")

    def serve(self) -> None:
        """The operator opens a closed locker; what was to go back is taken out."""
        before = self.state
        self._step("serve")
        self._back = "free" if before == "return" else before

    def fail(self) -> None:
        """The door does not move any more; a parcel in it is lost, and so is the booking."""
        if self.state == "broken":
            raise Refused("fail: broken")
        self._become("fail", "broken")

    def repair(self) -> None:
        """A broken locker works again; it stands open for the operator."""
        self._step("repair")
        self._back = "free"

    def night(self) -> None:
        """A night passes. An open door is written to the log, and time stands still for it."""
        if self.state in ("loading", "taking", "service"):
            self.log.append(f"night {self.state}: open")
        elif self.state in LATE:
            most, following = LATE[self.state]
            self.nights += 1
            if self.nights >= most:
                self._become("night", following)

    def _step(self, act: str, *who: str) -> None:
        """Do what fits the state, for its owner only where `who` is told; or raise Refused."""
        following = STEPS[act].get(self.state)
        if following is None:
            raise Refused(f"{act}: {self.state}")
        if who and who[0] != self.owner:
            raise Refused(f"{act}: not yours")
        self._become(act, self._back if following == BACK else following)

    def _become(self, act: str, following: str) -> None:
        self.log.append(f"{act} {self.state}->{following}")
        self.state = following
        if following in ("free", "broken"):
            self.owner = None
            self.nights = 0
        elif act == "shut" and self.log[-1].startswith("shut loading"):
            self.nights = 0
