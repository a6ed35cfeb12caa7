"""Announcements in Welsh."""

from tram.language import Language

WELSH = Language(
    "Yr arhosfan nesaf yw", "Newidiwch yma am linell", "Newidiwch yma am linellau", ", ", " a ",
    "Rydym {} munud yn hwyr.", 3, "{} yw'r arhosfan olaf.",
)
next_stop, delay, terminus = WELSH.next_stop, WELSH.delay, WELSH.terminus
