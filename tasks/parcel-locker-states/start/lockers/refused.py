"""What a locker does not do."""


class Refused(Exception):
    """A call that does not fit the locker's state, or its owner."""
