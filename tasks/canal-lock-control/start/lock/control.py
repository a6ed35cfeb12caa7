"""The control of a canal lock."""


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
        if name == "open":
            if self.state == "low":
                self.state = "low open"
                self.log.append("low gate opens")
            elif self.state == "high":
                self.state = "high open"
                self.log.append("high gate opens")
            elif self.state == "low open" or self.state == "high open":
                pass
            else:
                self.log.append("refused: open while " + self.state)
                raise Refused("cannot open while " + self.state)
        elif name == "shut":
            if self.state == "low open":
                self.state = "low"
                self.log.append("low gate shuts")
            elif self.state == "high open":
                self.state = "high"
                self.log.append("high gate shuts")
            elif self.state == "low" or self.state == "high":
                pass
            else:
                self.log.append("refused: shut while " + self.state)
                raise Refused("cannot shut while " + self.state)
        elif name == "enter":
            if self.state == "low open" or self.state == "high open":
                if self.boats >= 2:
                    self.log.append("refused: enter while full")
                    raise Refused("cannot enter while full")
                self.boats = self.boats + 1
                self.log.append("boat enters, " + str(self.boats) + " inside")
            else:
                self.log.append("refused: enter while " + self.state)
                raise Refused("cannot enter while " + self.state)
        elif name == "leave":
            if self.state == "low open" or self.state == "high open":
                if self.boats == 0:
                    self.log.append("refused: leave while empty")
                    raise Refused("cannot leave while empty")
                self.boats = self.boats - 1
                self.log.append("boat leaves, " + str(self.boats) + " inside")
            else:
                self.log.append("refused: leave while " + self.state)
                raise Refused("cannot leave while " + self.state)
        elif name == "fill":
            if self.state == "low":
                self.state = "filling"
                self.log.append("sluice up")
            elif self.state == "draining":
                self.state = "filling"
                self.log.append("sluices turned")
            elif self.state == "filling" or self.state == "high":
                pass
            else:
                self.log.append("refused: fill while " + self.state)
                raise Refused("cannot fill while " + self.state)
        elif name == "drain":
            if self.state == "high":
                self.state = "draining"
                self.log.append("sluice up")
            elif self.state == "filling":
                self.state = "draining"
                self.log.append("sluices turned")
            elif self.state == "draining" or self.state == "low":
                pass
            else:
                self.log.append("refused: drain while " + self.state)
                raise Refused("cannot drain while " + self.state)
        elif name == "level":
            if self.state == "filling":
                self.state = "high"
                self.log.append("water is high")
            elif self.state == "draining":
                self.state = "low"
                self.log.append("water is low")
            else:
                pass
        elif name == "stop":
            if self.state == "stopped":
                pass
            elif self.state == "filling" or self.state == "draining":
                self._before = self.state
                self.state = "stopped"
                self.log.append("stopped while moving")
            else:
                self._before = self.state
                self.state = "stopped"
                self.log.append("stopped")
        elif name == "resume":
            if self.state == "stopped":
                self.state = self._before
                self._before = None
                self.log.append("resumed: " + self.state)
            else:
                self.log.append("refused: resume while " + self.state)
                raise Refused("cannot resume while " + self.state)
        else:
            raise ValueError("unknown event " + name)
        return self.state
