"""A day at the lock."""

from lock.control import Lock, Refused


def run(events):
    """Play events; gives the last state, the boats inside and how many events were refused."""
    lock = Lock()
    refused = 0
    for event in events:
        try:
            lock.event(event)
        except Refused:
            refused += 1
    return lock.state, lock.boats, refused
