"""Buses of an island."""

from .calendar import Calendar
from .timetable import Departure, Timetable
from .trip import Trip

__all__ = ["Calendar", "Departure", "Timetable", "Trip"]
