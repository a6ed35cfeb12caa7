"""What is spoken."""

from tram import cornish, english, welsh

LANGUAGES = {"en": english, "cy": welsh, "kw": cornish}


def announce(language, stop, lines=(), minutes=0, last=False):
    """The texts to be spoken. Raises KeyError for another language."""
    spoken = LANGUAGES[language]
    texts = [spoken.terminus(stop) if last else spoken.next_stop(stop, lines), spoken.delay(minutes)]
    return [text for text in texts if text]
