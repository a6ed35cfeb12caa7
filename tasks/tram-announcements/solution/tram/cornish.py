"""Announcements in Cornish."""

from tram.language import Language

CORNISH = Language(
    "An nessa savla yw", "Chanjyewgh omma rag linen", "Chanjyewgh omma rag linennow", " ha ", " ha ",
    "{} mynysen holergh on ni.", 2, "Diwettha savla: {}.",
)
next_stop, terminus = CORNISH.next_stop, CORNISH.terminus


def delay(minutes):
    """A delay."""
    return "Pur holergh on ni." if minutes > 20 else CORNISH.delay(minutes)
