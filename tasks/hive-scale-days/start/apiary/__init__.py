"""What the scales under the hives say."""

from .scale import Apiary, Day, OutOfOrder, Scale

__all__ = ["Apiary", "Day", "OutOfOrder", "Scale"]
