"""The archive of readings."""

from collections.abc import Iterable


class Archive:
    """Readings by minute: micrometres of rain, or None where the gauge was silent."""

    def __init__(self, readings: Iterable[int | None]) -> None:
        self._readings = list(readings)

    def __len__(self) -> int:
        return len(self._readings)

    def reading(self, minute: int) -> int | None:
        """One reading. Raises IndexError outside of the archive."""
        if not 0 <= minute < len(self._readings):
            raise IndexError(minute)
        return self._readings[minute]
