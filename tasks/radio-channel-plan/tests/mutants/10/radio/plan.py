"""A plan of radio channels that do not disturb each other."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

UNITS = {"hz": 1, "khz": 1_000, "mhz": 1_000_000, "ghz": 1_000_000_000}


class Clash(Exception):
    """A channel that would disturb others; `names` are theirs, lowest frequency first."""

    def __init__(self, names: list[str]) -> None:
        super().__init__("disturbs " + ", ".join(names))
        self.names = names


def hertz(text: str) -> int:
    """A frequency in hertz.

    A number (with a decimal point, or a decimal comma) and a unit: Hz, kHz, MHz or GHz, in any case, with or without
    spaces between. The value is exact: "145.0125 MHz" is 145012500. Raises ValueError for anything else: no unit, an
    unknown one, a number that is not finite, a frequency of zero or below, or one that is no whole number of hertz.
    """
    words = text.strip().replace(",", "")
    number = words.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    unit = words[len(number) :].lower()
    if unit not in UNITS:
        raise ValueError(f"no unit of frequency: {text!r}")
    try:
        value = Decimal(number.strip()) * UNITS[unit]
    except InvalidOperation:
        raise ValueError(f"no number: {text!r}") from None
    if not value.is_finite() or value <= 0 or value != value.to_integral_value():
        raise ValueError(f"no frequency: {text!r}")
    return int(value)


@dataclass(frozen=True)
class Channel:
    """A named channel from `low` to `high` hertz."""

    name: str
    low: int
    high: int


class Plan:
    """The channels of a band.

    Bounds and guard are texts as `hertz` reads them; `guard` may also be None: no room is kept.
    """

    def __init__(self, low: str, high: str, guard: str | None = None) -> None:
        """Raises ValueError when `high` is not above `low`."""
        self.low, self.high = hertz(low), hertz(high)
        if self.high <= self.low:
            raise ValueError("a band ends above its beginning")
        self.guard = hertz(guard) if guard is not None else 0
        self._channels: dict[str, Channel] = {}

    def add(self, name: str, centre: str, width: str) -> Channel:
        """Add a channel of `width` around `centre`; half a hertz is rounded so that the channel becomes wider, never narrower.

        Raises ValueError when the name is taken, or the channel leaves the band (it may touch the band's ends). Raises
        Clash when fewer than `guard` hertz lie between it and another channel; without a guard channels may touch, but not
        overlap. After an error the plan is as before.
        """
        if name in self._channels:
            raise ValueError(f"there is a channel {name} already")
        middle, span = hertz(centre), hertz(width)
        half = -(-span // 2)
        channel = Channel(name, middle - half, middle + half)
        if channel.low < self.low or channel.high > self.high:
            raise ValueError(f"{name} leaves the band")
        near = [one for one in self.channels() if one.low < channel.high + self.guard and channel.low < one.high + self.guard]
        if near:
            raise Clash([one.name for one in near])
        self._channels[name] = channel
        return channel

    def move(self, name: str, centre: str) -> Channel:
        """Give a channel another centre; its width stays. It does not disturb itself.

        Raises KeyError for an unknown name, and what `add` raises; then the channel stays where it was.
        """
        old = self._channels.pop(name)
        try:
            return self.add(name, centre, f"{old.high - old.low} Hz")
        except (ValueError, Clash):
            self._channels[name] = old
            raise

    def channels(self) -> list[Channel]:
        """All channels, the lowest first."""
        return sorted(self._channels.values(), key=lambda one: one.low)

    def at(self, frequency: str) -> Channel | None:
        """The channel that holds a frequency, its ends included; where two touch, the lower one. None when there is none."""
        wanted = hertz(frequency)
        for channel in self.channels():
            if channel.low <= wanted <= channel.high:
                return channel
        return None
