"""Parcel lockers."""

from .locker import Locker
from .refused import Refused

__all__ = ["Locker", "Refused"]
