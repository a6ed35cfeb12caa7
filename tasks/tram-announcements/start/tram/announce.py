"""What is spoken."""

from tram import cornish, english, welsh


def announce(language, stop, lines=(), minutes=0, last=False):
    """The texts to be spoken. Raises KeyError for another language."""
    texts = []
    if language == "en":
        if last:
            texts.append(english.terminus(stop))
        else:
            texts.append(english.next_stop(stop, lines))
        if english.delay(minutes) != "":
            texts.append(english.delay(minutes))
    elif language == "cy":
        if last:
            texts.append(welsh.terminus(stop))
        else:
            texts.append(welsh.next_stop(stop, lines))
        if welsh.delay(minutes) != "":
            texts.append(welsh.delay(minutes))
    elif language == "kw":
        if last:
            texts.append(cornish.terminus(stop))
        else:
            texts.append(cornish.next_stop(stop, lines))
        if cornish.delay(minutes) != "":
            texts.append(cornish.delay(minutes))
    else:
        raise KeyError(language)
    return texts
