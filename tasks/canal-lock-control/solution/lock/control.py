"""The control of a canal lock."""

from lock.table import BOATS, MOVES


class Refused(Exception):
    """An event that is not allowed now."""


class Lock:
    """One lock."""

    def __init__(self):
        self.state = "low"
        self.boats = 0
        self.log = []
        self._before = None

    def event(self, name):
        """Let something happen; gives the new state. Raises Refused, ValueError for an unknown event."""
        state = self.state
        if name in BOATS:
            self._boat(name, *BOATS[name])
        elif name in MOVES:
            self._move(name)
        elif name == "stop":
            if state != "stopped":
                self._before = state
                self.state = "stopped"
                self.log.append("stopped while moving" if state in ("filling", "draining") else "stopped")
        elif name == "resume":
            if state != "stopped":
                self._refuse(name, state)
            self.state = self._before
            self.log.append("resumed: " + self.state)
        else:
            raise ValueError("unknown event " + name)
        return self.state

    def _move(self, name):
        if self.state not in MOVES[name]:
            self._refuse(name, self.state)
        move = MOVES[name][self.state]
        if move:
            self.state, line = move
            self.log.append(line)

    def _boat(self, name, step, limit, word, line):
        if "open" not in self.state:
            self._refuse(name, self.state)
        if self.boats == limit:
            self._refuse(name, word)
        self.boats += step
        self.log.append(f"{line}, {self.boats} inside")

    def _refuse(self, name, why):
        self.log.append(f"refused: {name} while {why}")
        raise Refused(f"cannot {name} while {why}")
