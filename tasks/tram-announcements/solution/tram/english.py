"""Announcements in English."""

from tram.language import Language

ENGLISH = Language(
    "The next stop is", "Change here for line", "Change here for lines", ", ", " and ",
    "We are {} minutes late.", 2, "{} is the last stop. All change, please.",
)
next_stop, delay, terminus = ENGLISH.next_stop, ENGLISH.delay, ENGLISH.terminus
