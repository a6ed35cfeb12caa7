"""A pytest plugin: this process lives HEIRLOOM_SHIFT seconds in the future. Children of the process do not.

It is loaded before any test file, so that `from datetime import datetime` in one takes the shifted class too.
"""

import datetime
import os
import time
from typing import Any

SHIFT = float(os.environ.get("HEIRLOOM_SHIFT", "0"))
Moment = datetime.datetime
Day = datetime.date
real_time = time.time
COARSE = 5  # of Linux, where Python gives it no name
OF_THE_DAY = (time.CLOCK_REALTIME, getattr(time, "CLOCK_TAI", COARSE), COARSE)


def now() -> float:
    """The shifted time."""
    return real_time() + SHIFT


class AlsoReal(type):
    """Makes objects of the real class instances of the shifted one."""

    def __instancecheck__(cls, one: object) -> bool:
        return isinstance(one, cls.__mro__[1])

    def __subclasscheck__(cls, other: type) -> bool:
        return issubclass(other, cls.__mro__[1])


class ShiftedMoment(Moment, metaclass=AlsoReal):
    """datetime.datetime."""

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> Any:
        return Moment.fromtimestamp(now(), tz)

    @classmethod
    def utcnow(cls) -> Any:
        return Moment.fromtimestamp(now(), datetime.UTC).replace(tzinfo=None)

    @classmethod
    def today(cls) -> Any:
        return Moment.fromtimestamp(now())


class ShiftedDay(Day, metaclass=AlsoReal):
    """datetime.date."""

    @classmethod
    def today(cls) -> Any:
        return Day.fromtimestamp(now())


def shifted(function: Any) -> Any:
    """A function of `time` that takes the present where it is given no moment."""
    return lambda *given: function(*(given or (now(),)))


def shifted_clock(function: Any, second: int) -> Any:
    """`clock_gettime` or its kin: of the clocks that tell the day, so much later; `second`: its units of a second."""
    return lambda clock: function(clock) + second * SHIFT * (clock in OF_THE_DAY)


if SHIFT:
    strftime = time.strftime
    time.localtime, time.gmtime, time.ctime = shifted(time.localtime), shifted(time.gmtime), shifted(time.ctime)
    time.strftime = lambda text, *given: strftime(text, *(given or (time.localtime(),)))
    time.time, time.time_ns = now, lambda: int(now() * 1e9)
    clock_gettime, clock_gettime_ns = time.clock_gettime, time.clock_gettime_ns
    time.clock_gettime = shifted_clock(clock_gettime, 1)
    time.clock_gettime_ns = lambda clock: int(shifted_clock(clock_gettime_ns, 10**9)(clock))
    ShiftedMoment.__name__ = ShiftedMoment.__qualname__ = "datetime"
    ShiftedDay.__name__ = ShiftedDay.__qualname__ = "date"
    datetime.datetime, datetime.date = ShiftedMoment, ShiftedDay  # type: ignore[misc]
