"""A compartment of a parcel station."""

from .refused import Refused


class Locker:
    """A compartment: its state, who booked it, nights since it was booked or loaded, and what happened."""

    def __init__(self) -> None:
        self.owner: str | None = None
        self.nights = 0
        self.log: list[str] = []
        self._booked = False
        self._loading = False
        self._full = False
        self._overdue = False
        self._paid = False
        self._taking = False
        self._return = False
        self._service = False
        self._broken = False

    @property
    def state(self) -> str:
        """free, booked, loading, full, overdue, paid, taking, return, service or broken."""
        if self._broken:
            return "broken"
        if self._service:
            return "service"
        if self._return:
            return "return"
        if self._taking:
            return "taking"
        if self._overdue and self._paid:
            return "paid"
        if self._overdue:
            return "overdue"
        if self._full:
            return "full"
        if self._loading:
            return "loading"
        if self._booked:
            return "booked"
        return "free"

    def book(self, who: str) -> None:
        """A customer books a free locker."""
        before = self.state
        if self._broken or self._service or self._return or self._taking or self._overdue or self._full or self._loading or self._booked:
            raise Refused(f"book: {before}")
        self._booked = True
        self.owner = who
        self.nights = 0
        self.log.append(f"book {before}->{self.state}")

    def cancel(self, who: str) -> None:
        """The owner does not need it any more."""
        before = self.state
        if self._broken or self._service or self._return or self._taking or self._overdue or self._full or self._loading or not self._booked:
            raise Refused(f"cancel: {before}")
        if who != self.owner:
            raise Refused("cancel: not yours")
        self._booked = False
        self.owner = None
        self.nights = 0
        self.log.append(f"cancel {before}->{self.state}")

    def load(self) -> None:
        """The courier opens a booked locker to put the parcel in."""
        before = self.state
        if self._broken or self._service or self._return or self._taking or self._overdue or self._full or self._loading or not self._booked:
            raise Refused(f"load: {before}")
        self._loading = True
        self.log.append(f"load {before}->{self.state}")

    def take(self, who: str) -> None:
        """The owner opens it to take the parcel; when overdue, only after paying."""
        before = self.state
        if self._broken or self._service or self._return or self._taking:
            raise Refused(f"take: {before}")
        if not self._full:
            raise Refused(f"take: {before}")
        if self._overdue and not self._paid:
            raise Refused(f"take: {before}")
        if who != self.owner:
            raise Refused("take: not yours")
        self._taking = True
        self.log.append(f"take {before}->{self.state}")

    def pay(self, who: str) -> None:
        """The owner pays for the days after the third."""
        before = self.state
        if self._broken or self._service or self._return or self._taking or not self._overdue or self._paid:
            raise Refused(f"pay: {before}")
        if who != self.owner:
            raise Refused("pay: not yours")
        self._paid = True
        self.log.append(f"pay {before}->{self.state}")

    def shut(self) -> None:
        """The open door is closed."""
        before = self.state
        if self._broken:
            raise Refused(f"shut: {before}")
        if self._service:
            self._service = False
            if self._return:
                self._booked = self._loading = self._full = self._overdue = self._paid = self._return = False
                self.owner = None
                self.nights = 0
        elif self._taking:
            self._booked = self._full = self._overdue = self._paid = self._taking = False
            self.owner = None
            self.nights = 0
        elif self._loading:
            self._loading = False
            self._full = True
            self.nights = 0
        else:
            raise Refused(f"shut: {before}")
        self.log.append(f"shut {before}->{self.state}")

    def serve(self) -> None:
        """The operator opens a closed locker; what was to go back is taken out."""
        before = self.state
        if self._broken or self._service or self._taking or self._loading:
            raise Refused(f"serve: {before}")
        self._service = True
        self.log.append(f"serve {before}->{self.state}")

    def fail(self) -> None:
        """The door does not move any more; a parcel in it is lost, and so is the booking."""
        before = self.state
        if self._broken:
            raise Refused(f"fail: {before}")
        self._booked = self._loading = self._full = self._overdue = self._paid = self._taking = self._return = False
        self._service = False
        self._broken = True
        self.owner = None
        self.nights = 0
        self.log.append(f"fail {before}->{self.state}")

    def repair(self) -> None:
        """A broken locker works again; it stands open for the operator."""
        before = self.state
        if not self._broken:
            raise Refused(f"repair: {before}")
        self._broken = False
        self._service = True
        self.log.append(f"repair {before}->{self.state}")

    def night(self) -> None:
        """A night passes. An open door is written to the log, and time stands still for it."""
        before = self.state
        if self._broken:
            return
        if self._service or self._taking or self._loading:
            self.log.append(f"night {before}: open")
            return
        if self._return:
            return
        if self._overdue:
            self.nights += 1
            if self.nights >= 10:
                self._return = True
                self.log.append(f"night {before}->{self.state}")
        elif self._full:
            self.nights += 1
            if self.nights >= 3:
                self._overdue = True
                self.log.append(f"night {before}->{self.state}")
        elif self._booked:
            self.nights += 1
            if self.nights >= 2:
                self._booked = False
                self.owner = None
                self.nights = 0
                self.log.append(f"night {before}->{self.state}")
