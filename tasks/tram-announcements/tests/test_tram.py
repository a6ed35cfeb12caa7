import pytest
from tram import cornish, english, welsh
from tram.announce import announce

MODULES = {"en": english, "cy": welsh, "kw": cornish}
NEXT = {"en": "The next stop is X", "cy": "Yr arhosfan nesaf yw X", "kw": "An nessa savla yw X"}
CHANGE = {
    "en": ("Change here for line", "Change here for lines"), "cy": ("Newidiwch yma am linell", "Newidiwch yma am linellau"),
    "kw": ("Chanjyewgh omma rag linen", "Chanjyewgh omma rag linennow")}
LISTS = {"en": ("1 and 2", "1, 2 and 3", "1, 2, 3 and 4"), "cy": ("1 a 2", "1, 2 a 3", "1, 2, 3 a 4"),
         "kw": ("1 ha 2", "1 ha 2 ha 3", "1 ha 2 ha 3 ha 4")}
LAST = {"en": "X is the last stop. All change, please.", "cy": "X yw'r arhosfan olaf.", "kw": "Diwettha savla: X."}
LATE = [
    ("en", 0, ""), ("en", 1, ""), ("en", 2, "We are 2 minutes late."), ("en", 21, "We are 21 minutes late."), ("en", -1, ""),
    ("cy", 2, ""), ("cy", 3, "Rydym 3 munud yn hwyr."), ("cy", 40, "Rydym 40 munud yn hwyr."), ("kw", 1, ""),
    ("kw", 2, "2 mynysen holergh on ni."), ("kw", 20, "20 mynysen holergh on ni."), ("kw", 21, "Pur holergh on ni."),
]


@pytest.mark.parametrize("language", MODULES)
def test_next_stop(language):
    module = MODULES[language]
    one, many = CHANGE[language]
    assert module.next_stop("X", []) == NEXT[language] + "."
    assert module.next_stop("X", ["7"]) == f"{NEXT[language]}. {one} 7."
    for count, listed in enumerate(LISTS[language], 2):
        lines = ["1", "2", "3", "4"][:count]
        expected = f"{NEXT[language]}. {many} {listed}."
        assert module.next_stop("X", lines) == module.next_stop("X", tuple(lines)) == expected
        assert announce(language, "X", lines) == [expected]


@pytest.mark.parametrize("language, minutes, text", LATE)
def test_delay(language, minutes, text):
    assert MODULES[language].delay(minutes) == text
    assert announce(language, "X", minutes=minutes, last=True) == [LAST[language], text][: 2 if text else 1]
    assert announce(language, "X", (), minutes) == [NEXT[language] + ".", text][: 2 if text else 1]


@pytest.mark.parametrize("language", MODULES)
def test_terminus(language):
    assert MODULES[language].terminus("X") == LAST[language]
    assert announce(language, "X", ["1", "2"], 0, True) == [LAST[language]]


def test_other_language_raises():
    with pytest.raises(KeyError, match="de"):
        announce("de", "X")
