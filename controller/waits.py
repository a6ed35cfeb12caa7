"""What is seen of a life while it is lived: that a call of it waits for the world, and that it waits no more."""

from controller.gateway.guest import Guest
from controller.gateway.trouble import Waiting
from controller.ledger import Try
from controller.world import World


class Waits:
    """Asked again and again by who waits for the child; tells what changed."""

    def __init__(self, world: World, tried: Try, guest: Guest) -> None:
        self._world, self._tried, self._guest = world, tried, guest
        self._told: Waiting | None = None

    def __call__(self) -> float:
        """Seconds that count for no limit of this life."""
        now = self._world.gateway.waiting(self._guest)
        if now is not self._told:
            self._told = now
            if now is None:
                self._world.tell(self._tried, "continued")
            else:
                self._world.tell(self._tried, "waiting", reason=now.reason, seconds=now.seconds, left=now.left)
        return self._world.gateway.waited(self._guest)
